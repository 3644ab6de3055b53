#include "common/dns_provider/powerdns.hpp"

#include <set>

#include "common/base/text.hpp"
#include "common/dns_provider/json_sets.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"

namespace acme {

namespace {

constexpr std::string_view kDisabled = "disabled";  // as the id of a value that is in the zone but not served

bool is_primary(const std::string& kind) { return kind == "Master" || kind == "Primary"; }

bool is_editable(const Json& zone) {
  const std::string kind = text_member(zone, "kind");
  return kind != "Slave" && kind != "Secondary";
}

class PowerDns final : public NameByName {
 public:
  explicit PowerDns(ApiClient client) : NameByName{std::move(client)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    return listed_zones(client_, "/zones", no_next_page, ZoneShape{"", "name", "id", "", is_editable});
  }

  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    JsonBuilder sets = JsonBuilder::array();
    for (const auto& change : changes) sets.add(written(change.after));
    ApiCall call{"PATCH", path_of(zone)};
    call.body = JsonBuilder::object().set("rrsets", std::move(sets)).text();
    auto task = client_.done(std::move(call));
    auto status = co_await std::move(task);
    if (!status || !primaries_.contains(zone.id)) co_return status;
    // Else secondaries learn of it when PowerDNS next looks for changes, a minute later. Done without it, too.
    auto notify_task = client_.done(ApiCall{"PUT", path_of(zone) + "/notify"});
    auto notified = co_await std::move(notify_task);
    const bool stopped = !notified && notified.error().kind == ErrorKind::cancelled;
    co_return stopped ? notified : Status{};
  }

 private:
  static std::string path_of(const ApiZone& zone) { return cat("/zones/", percent_encoded(zone.id)); }

  /// A server before 4.6 knows no such filter and answers with the whole zone.
  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    const std::string query = cat("?rrset_name=", percent_encoded(name), ".&rrset_type=TXT");
    auto task = client_.json(ApiCall{"GET", path_of(zone) + query});
    auto answer = co_await std::move(task);
    if (!answer) co_return std::move(answer).error();
    if (!(*answer)["rrsets"].is_array()) co_return client_.missing("list of records");
    if (is_primary(text_member(*answer, "kind"))) primaries_.insert(zone.id);
    for (const auto& item : (*answer)["rrsets"].items()) {
      if (text_member(item, "type") != "TXT" || to_lower(text_member(item, "name")) != name + ".") continue;
      auto set = set_in_json(item, name, SetShape{"ttl", "records", "content"});
      if (!set) co_return client_.missing("content of a record");
      const std::vector<Json> records = item["records"].items();
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i]["disabled"].boolean().value_or(false)) set->values[i].id = kDisabled;
      }
      sets.push_back(*std::move(set));
    }
    co_return Status{};
  }

  static JsonBuilder written(const TxtSet& set) {
    JsonBuilder object = JsonBuilder::object();
    object.set("name", set.name + ".").set("type", "TXT");
    if (set.values.empty()) return std::move(object.set("changetype", "DELETE"));
    JsonBuilder records = JsonBuilder::array();
    for (const auto& value : set.values) {
      JsonBuilder record = JsonBuilder::object();
      record.set("content", value.written).set("disabled", value.id == kDisabled);
      records.add(std::move(record));
    }
    object.set("ttl", static_cast<std::int64_t>(set.ttl)).set("changetype", "REPLACE");
    return std::move(object.set("records", std::move(records)));
  }

  std::set<std::string> primaries_;
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_powerdns(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto setup = token_api(config, "PowerDNS", "", "X-API-Key: ", "api_key");
  if (!setup) return std::move(setup).error();
  const std::string server = setting(config, "server_id");
  setup->base_url += cat("/api/v1/servers/", percent_encoded(server.empty() ? "localhost" : server));
  setup->credential_hint = "check api_key, and webserver-allow-from in the server's configuration";
  return edited_by<PowerDns>(config, tools, *std::move(setup));
}

}  // namespace acme
