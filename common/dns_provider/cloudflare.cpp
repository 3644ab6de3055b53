#include "common/dns_provider/cloudflare.hpp"

#include <array>

#include "common/base/text.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/token_api.hpp"
#include "common/dns_provider/txt_records.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxBatch = 100;  // a free plan allows 200
constexpr std::uint32_t kMinTtl = 60;

/// Adding what is there, or removing what is gone.
bool is_conflict(const HttpResponse& response) {
  constexpr std::array<std::int64_t, 3> kCodes{81044, 81057, 81058};
  const auto json = Json::parse(response.body);
  if (response.status / 100 != 4 || !json) return false;
  for (const auto& error : (*json)["errors"].items()) {
    const auto code = error["code"].integer().value_or(0);
    if (std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end()) return true;
  }
  return false;
}

/// A NextPage for `target`, which has a query already.
ApiClient::NextPage following(std::string target) {
  return [target = std::move(target)](const Json& page, int number, const HttpResponse&) {
    const auto total = page["result_info"]["total_pages"].integer().value_or(0);
    return number < total ? cat(target, "&page=", number + 1) : std::string{};
  };
}

class Cloudflare final : public ZoneApi {
 public:
  Cloudflare(ApiClient client, std::string zone_id) : client_{std::move(client)}, zone_id_{std::move(zone_id)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    if (!zone_id_.empty()) co_return std::vector<ApiZone>{ApiZone{"", zone_id_, kMinTtl}};
    const std::string target = "/zones?status=active&per_page=50";
    auto task = listed_zones(client_, target, following(target), ZoneShape{"result", "name", "id"});
    auto zones = co_await std::move(task);
    if (!zones) co_return zones;
    for (auto& zone : *zones) zone.min_ttl = kMinTtl;
    co_return zones;
  }

  Task<Result<std::vector<TxtSet>>> read_sets(ApiZone zone, std::vector<std::string> names) override {
    std::string target = cat("/zones/", percent_encoded(zone.id), "/dns_records?type=TXT&per_page=1000");
    if (names.size() == 1) target += cat("&name=", percent_encoded(names[0]));
    auto task = client_.pages(target, following(target));
    auto pages = co_await std::move(task);
    if (!pages) co_return std::move(pages).error();
    TxtRecords records;
    for (const auto& page : *pages) {
      if (!page["result"].is_array()) co_return client_.missing("list of records");
      for (const auto& item : page["result"].items()) {
        const bool good = records.add(text_member(item, "name"), text_member(item, "content"), text_member(item, "id"));
        if (!good) co_return client_.missing("name, content or id of a record");
      }
    }
    co_return std::move(records).sets();
  }

  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    const std::vector<RecordChange> records = record_changes(changes);
    for (std::size_t first = 0; first < records.size(); first += kMaxBatch) {
      ApiCall call{"POST", cat("/zones/", percent_encoded(zone.id), "/dns_records/batch")};
      call.body = batch(records, first);
      auto task = client_.done(std::move(call));
      auto status = co_await std::move(task);
      if (!status) co_return status;
    }
    co_return Status{};
  }

 private:
  static std::string batch(const std::vector<RecordChange>& records, std::size_t first) {
    JsonBuilder deletes = JsonBuilder::array();
    JsonBuilder posts = JsonBuilder::array();
    for (std::size_t i = first; i < records.size() && i < first + kMaxBatch; ++i) {
      const RecordChange& record = records[i];
      JsonBuilder item = JsonBuilder::object();
      if (record.remove) {
        deletes.add(std::move(item.set("id", record.value.id)));
        continue;
      }
      item.set("type", "TXT").set("name", record.name).set("content", record.value.written);
      posts.add(std::move(item.set("ttl", static_cast<std::int64_t>(record.ttl))));
    }
    return JsonBuilder::object().set("deletes", std::move(deletes)).set("posts", std::move(posts)).text();
  }

  ApiClient client_;
  std::string zone_id_;
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_cloudflare(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto setup =
      token_api(config, "Cloudflare", "https://api.cloudflare.com/client/v4", "Authorization: Bearer ", "api_token");
  if (!setup) return std::move(setup).error();
  setup->credential_hint = "check api_token: it needs \"Zone: Read\" and \"DNS: Edit\" for the zone";
  setup->conflict = is_conflict;
  return edited_by<Cloudflare>(config, tools, *std::move(setup), setting(config, "zone_id"));
}

}  // namespace acme
