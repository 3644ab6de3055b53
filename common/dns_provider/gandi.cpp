#include "common/dns_provider/gandi.hpp"

#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/json_sets.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"

namespace acme {

namespace {

constexpr std::uint32_t kMinTtl = 300;
constexpr std::size_t kPerPage = 500;

/// A full page may be followed by another one.
std::string next_page(const Json& page, int number, const HttpResponse&) {
  return page.items().size() == kPerPage ? cat("/domains?per_page=", kPerPage, "&page=", number + 1) : std::string{};
}

class Gandi final : public SetBySet {
 public:
  explicit Gandi(ApiClient client) : SetBySet{std::move(client)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    return listed_zones(client_, cat("/domains?per_page=", kPerPage), next_page, ZoneShape{"", "fqdn", "fqdn"});
  }

 private:
  static std::string path_of(const ApiZone& zone, const std::string& name) {
    return cat("/domains/", percent_encoded(zone.id), "/records/", percent_encoded(relative_name(zone, name)), "/TXT");
  }

  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    return read_set_at(path_of(zone, name), name, "", SetShape{"rrset_ttl", "rrset_values"}, sets);
  }

  Task<Status> write_set(ApiZone zone, SetChange change) override {
    const bool remove = change.after.values.empty();
    ApiCall call{remove ? "DELETE" : "PUT", path_of(zone, change.after.name)};
    if (remove) {
      call.accepted = {404};
    } else {
      JsonBuilder body = JsonBuilder::object();
      body.set("rrset_ttl", static_cast<std::int64_t>(std::max(change.after.ttl, kMinTtl)));
      call.body = body.set("rrset_values", written_values(change.after.values)).text();
    }
    return client_.done(std::move(call));
  }
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_gandi(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto setup = token_api(config, "Gandi", "https://api.gandi.net/v5/livedns", "Authorization: Bearer ", "api_token");
  if (!setup) return std::move(setup).error();
  setup->credential_hint =
      "check api_token: a personal access token that may manage the domain's technical configuration";
  return edited_by<Gandi>(config, tools, *std::move(setup));
}

}  // namespace acme
