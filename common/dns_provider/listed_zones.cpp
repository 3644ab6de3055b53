#include "common/dns_provider/listed_zones.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns_provider/api_zones.hpp"

namespace acme {

Result<std::vector<ApiZone>> zones_in(const ApiClient& client, const std::vector<Json>& pages, ZoneShape shape) {
  std::vector<ApiZone> zones;
  for (const auto& page : pages) {
    const Json list = *shape.list == '\0' ? page : page[shape.list];
    const bool none = *shape.empty_kind != '\0' && text_member(page, "kind") == shape.empty_kind;
    if (!list.is_array() && !none) return client.missing("list of zones");
    for (const auto& item : list.items()) {
      if (shape.served != nullptr && !shape.served(item)) continue;
      const auto name = zone_name(item[shape.name].string().value_or(""));
      ApiZone zone{name.value_or(""), text_member(item, shape.id)};
      if (!name || zone.id.empty()) return client.missing("name or id of a zone");
      zone.min_ttl =
          static_cast<std::uint32_t>(std::clamp<std::int64_t>(item[shape.min_ttl].integer().value_or(0), 0, 86400));
      zones.push_back(std::move(zone));
    }
  }
  return zones;
}

Task<Result<std::vector<ApiZone>>> listed_zones(ApiClient& client, std::string target, ApiClient::NextPage next,
                                                ZoneShape shape) {
  auto task = client.pages(std::move(target), std::move(next));
  auto pages = co_await std::move(task);
  if (!pages) co_return std::move(pages).error();
  co_return zones_in(client, *pages, shape);
}

std::string no_next_page(const Json&, int, const HttpResponse&) { return {}; }

std::string text_member(const Json& object, const char* name) {
  const Json member = object[name];
  if (const auto number = member.integer()) return cat(*number);
  return member.string().value_or("");
}

}  // namespace acme
