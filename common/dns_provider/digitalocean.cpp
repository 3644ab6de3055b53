#include "common/dns_provider/digitalocean.hpp"

#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"
#include "common/dns_provider/txt_text.hpp"

namespace acme {

namespace {

constexpr std::uint32_t kMinTtl = 30;

/// The answer links to the next page by a whole URL; its number is all that is taken from it.
ApiClient::NextPage following(std::string target) {
  return [target = std::move(target)](const Json& page, int number, const HttpResponse&) {
    return page["links"]["pages"].has("next") ? cat(target, "&page=", number + 1) : std::string{};
  };
}

class DigitalOcean final : public RecordByRecord {
 public:
  explicit DigitalOcean(ApiClient client) : RecordByRecord{std::move(client)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    const std::string target = "/domains?per_page=200";
    return listed_zones(client_, target, following(target), ZoneShape{"domains", "name", "name"});
  }

 private:
  static std::string path_of(const ApiZone& zone) { return cat("/domains/", percent_encoded(zone.id), "/records"); }

  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    const std::string target = cat(path_of(zone), "?type=TXT&per_page=200&name=", percent_encoded(name));
    auto task = client_.pages(target, following(target));
    auto pages = co_await std::move(task);
    if (!pages) co_return std::move(pages).error();
    TxtRecords records;
    for (const auto& page : *pages) {
      if (!page["domain_records"].is_array()) co_return client_.missing("list of records");
      for (const auto& item : page["domain_records"].items()) {
        const bool good = records.add(name, text_member(item, "data"), text_member(item, "id"));
        if (!good) co_return client_.missing("id of a record");
      }
    }
    for (auto& set : std::move(records).sets()) sets.push_back(std::move(set));
    co_return Status{};
  }

  Task<Status> write_record(ApiZone zone, RecordChange record) override {
    ApiCall call{record.remove ? "DELETE" : "POST", path_of(zone)};
    if (record.remove) {
      call.target += cat("/", percent_encoded(record.value.id));
      call.accepted = {404};
    } else {
      JsonBuilder body = JsonBuilder::object();
      // Data without quotes: they are put around it there.
      body.set("type", "TXT").set("name", relative_name(zone, record.name)).set("data", txt_text(record.value.written));
      call.body = body.set("ttl", static_cast<std::int64_t>(std::max(record.ttl, kMinTtl))).text();
    }
    return client_.done(std::move(call));
  }
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_digitalocean(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto setup =
      token_api(config, "DigitalOcean", "https://api.digitalocean.com/v2", "Authorization: Bearer ", "api_token");
  if (!setup) return std::move(setup).error();
  setup->credential_hint = "check api_token: it needs the scopes domain:read, domain:create and domain:delete";
  return edited_by<DigitalOcean>(config, tools, *std::move(setup));
}

}  // namespace acme
