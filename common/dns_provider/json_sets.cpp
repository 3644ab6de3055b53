#include "common/dns_provider/json_sets.hpp"

#include <algorithm>

#include "common/dns_provider/api_zones.hpp"
#include "common/protocol/headers.hpp"

namespace acme {

std::optional<TxtSet> set_in_json(const Json& object, std::string_view name, SetShape shape) {
  const auto canonical = zone_name(name);
  const Json list = object[shape.values];
  if (!canonical || !list.is_array()) return std::nullopt;
  TxtSet set;
  set.name = *canonical;
  set.ttl =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(object[shape.ttl].integer().value_or(0), 0, 0x7fffffff));
  for (const auto& item : list.items()) {
    const auto text = *shape.value == '\0' ? item.string() : item[shape.value].string();
    if (!text) return std::nullopt;
    set.values.push_back({*text, {}});
  }
  return set;
}

JsonBuilder written_values(const std::vector<TxtValue>& values) {
  JsonBuilder list = JsonBuilder::array();
  for (const auto& value : values) list.add(value.written);
  return list;
}

JsonBuilder wrapped_values(const std::vector<TxtValue>& values, const char* member) {
  JsonBuilder list = JsonBuilder::array();
  for (const auto& value : values) list.add(std::move(JsonBuilder::object().set(member, value.written)));
  return list;
}

std::string next_link_query(const HttpResponse& response) {
  for (const auto& target : link_targets(response.all("link"), "next")) {
    const auto question = target.find('?');
    if (question != std::string::npos) return target.substr(question);
  }
  return {};
}

}  // namespace acme
