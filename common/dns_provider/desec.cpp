#include "common/dns_provider/desec.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/json_sets.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/token_api.hpp"

namespace acme {

namespace {

/// Without "cursor=" a list of more than 500 is refused.
ApiClient::NextPage following(std::string path) {
  return [path = std::move(path)](const Json&, int, const HttpResponse& response) {
    const std::string query = next_link_query(response);
    return query.empty() ? query : path + query;
  };
}

class Desec final : public ZoneApi {
 public:
  explicit Desec(ApiClient client) : client_{std::move(client)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    return listed_zones(client_, "/domains/?cursor=", following("/domains/"),
                        ZoneShape{"", "name", "name", "minimum_ttl"});
  }

  Task<Result<std::vector<TxtSet>>> read_sets(ApiZone zone, std::vector<std::string> names) override {
    const std::string path = path_of(zone);
    std::string query = "?type=TXT";
    if (names.size() == 1) query += cat("&subname=", percent_encoded(relative_name(zone, names[0], "")));
    auto task = client_.pages(cat(path, query, "&cursor="), following(path));
    auto pages = co_await std::move(task);
    if (!pages) co_return std::move(pages).error();
    std::vector<TxtSet> sets;
    for (const auto& page : *pages) {
      if (!page.is_array()) co_return client_.missing("list of records");
      for (const auto& item : page.items()) {
        auto set = set_in_json(item, item["name"].string().value_or(""), SetShape{"ttl", "records"});
        if (!set) co_return client_.missing("name or records of a set");
        sets.push_back(*std::move(set));
      }
    }
    co_return sets;
  }

  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    JsonBuilder sets = JsonBuilder::array();
    for (const auto& change : changes) {
      JsonBuilder set = JsonBuilder::object();
      set.set("subname", relative_name(zone, change.after.name, "")).set("type", "TXT");
      set.set("ttl", static_cast<std::int64_t>(std::max(change.after.ttl, zone.min_ttl)));
      sets.add(std::move(set.set("records", written_values(change.after.values))));
    }
    ApiCall call{"PATCH", path_of(zone)};
    call.body = sets.text();
    return client_.done(std::move(call));
  }

 private:
  static std::string path_of(const ApiZone& zone) { return cat("/domains/", percent_encoded(zone.id), "/rrsets/"); }

  ApiClient client_;
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_desec(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto setup = token_api(config, "deSEC", "https://desec.io/api/v1", "Authorization: Token ", "api_token");
  if (!setup) return std::move(setup).error();
  setup->credential_hint = "check api_token: it must be valid from this address, and may write the zone's TXT records";
  return edited_by<Desec>(config, tools, *std::move(setup));
}

}  // namespace acme
