#include "common/dns_provider/ovh.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/ovh_signature.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"
#include "common/dns_provider/txt_text.hpp"

namespace acme {

namespace {

constexpr std::uint32_t kMinTtl = 60;
constexpr std::size_t kMaxRecords = 100;  // TXT records of one name

struct Endpoint {
  std::string_view name;
  std::string_view url;
};
constexpr std::array<Endpoint, 3> kEndpoints{{{"ovh-eu", "https://eu.api.ovh.com/1.0"},
                                              {"ovh-ca", "https://ca.api.ovh.com/1.0"},
                                              {"ovh-us", "https://api.us.ovhcloud.com/1.0"}}};

class Ovh final : public RecordByRecord {
 public:
  explicit Ovh(ApiClient client) : RecordByRecord{std::move(client)} {}

  /// A list of names, no objects.
  Task<Result<std::vector<ApiZone>>> list_zones() override {
    auto task = client_.json(ApiCall{"GET", "/domain/zone"});
    auto list = co_await std::move(task);
    if (!list) co_return std::move(list).error();
    if (!list->is_array()) co_return client_.missing("list of zones");
    std::vector<ApiZone> zones;
    for (const auto& item : list->items()) {
      const std::string id = item.string().value_or("");
      const auto name = zone_name(id);
      if (!name) co_return client_.missing("name of a zone");
      zones.push_back({*name, id});
    }
    co_return zones;
  }

  /// Records are served once the zone is refreshed; also after some of them failed.
  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    auto task = RecordByRecord::write_sets(zone, std::move(changes));
    auto status = co_await std::move(task);
    auto refresh_task = client_.done(ApiCall{"POST", path_of(zone) + "/refresh"});
    auto refreshed = co_await std::move(refresh_task);
    if (!status) co_return status;
    co_return refreshed;
  }

 private:
  static std::string path_of(const ApiZone& zone) { return cat("/domain/zone/", percent_encoded(zone.id)); }

  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    const std::string query = cat("?fieldType=TXT&subDomain=", percent_encoded(relative_name(zone, name, "")));
    auto task = client_.json(ApiCall{"GET", cat(path_of(zone), "/record", query)});
    auto ids = co_await std::move(task);
    if (!ids) co_return std::move(ids).error();
    const std::vector<Json> items = ids->items();
    if (!ids->is_array() || items.size() > kMaxRecords) co_return client_.missing("list of records");
    const bool numbers = std::all_of(items.begin(), items.end(), [](const Json& item) { return item.integer(); });
    if (!numbers) co_return client_.missing("id of a record");
    TxtSet set;
    set.name = name;
    for (const auto& item : items) {
      auto read = read_record(zone, cat(*item.integer()), set.values);
      auto status = co_await std::move(read);
      if (!status) co_return status;
    }
    sets.push_back(std::move(set));
    co_return Status{};
  }

  /// One that is gone by now is none.
  Task<Status> read_record(ApiZone zone, std::string id, std::vector<TxtValue>& values) {
    ApiCall call{"GET", cat(path_of(zone), "/record/", id)};
    call.accepted = {404};
    auto task = client_.json(std::move(call));
    auto record = co_await std::move(task);
    if (!record) co_return std::move(record).error();
    const auto target = (*record)["target"].string();
    if (target) values.push_back({*target, id});
    if (!target && !record->has("message")) co_return client_.missing("target of a record");
    co_return Status{};
  }

  Task<Status> write_record(ApiZone zone, RecordChange record) override {
    ApiCall call{record.remove ? "DELETE" : "POST", path_of(zone) + "/record"};
    if (record.remove) {
      call.target += cat("/", percent_encoded(record.value.id));
      call.accepted = {404};
    } else {
      JsonBuilder body = JsonBuilder::object();
      body.set("fieldType", "TXT").set("subDomain", relative_name(zone, record.name, ""));
      body.set("target", txt_text(record.value.written));
      call.body = body.set("ttl", static_cast<std::int64_t>(std::max(record.ttl, kMinTtl))).text();
    }
    return client_.done(std::move(call));
  }
};

Result<OvhKeys> read_keys(const DnsProviderConfig& config) {
  OvhKeys keys;
  keys.application_key = percent_encoded(setting(config, "application_key"));
  if (keys.application_key.empty()) {
    return Error{ErrorKind::configuration, "dns_provider ovh: application_key is missing"};
  }
  for (const char* name : {"application_secret", "consumer_key"}) {
    auto secret = header_secret(config, name);
    if (!secret) return std::move(secret).error();
  }
  keys.application_secret = config.secrets.at("application_secret").view();
  keys.consumer_key = config.secrets.at("consumer_key").view();
  return keys;
}

Result<std::string> read_url(const DnsProviderConfig& config) {
  const std::string wanted = setting(config, "endpoint");
  for (const auto& endpoint : kEndpoints) {
    if (wanted == endpoint.name || wanted.empty()) return api_base_url(config, endpoint.url);
  }
  return Error{ErrorKind::configuration, "dns_provider ovh: endpoint must be ovh-eu, ovh-ca or ovh-us"};
}

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_ovh(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto keys = read_keys(config);
  if (!keys) return std::move(keys).error();
  auto url = read_url(config);
  if (!url) return std::move(url).error();
  ApiSetup plain;
  plain.provider = "OVH";
  plain.base_url = *url;
  ApiSetup setup;
  setup.provider = "OVH";
  setup.base_url = *std::move(url);
  setup.credential_hint =
      "check application_key, application_secret and consumer_key: it needs GET, POST and DELETE on /domain/zone/*";
  setup.authorizer = std::make_unique<OvhSigner>(*std::move(keys), ApiClient{std::move(plain), config, tools});
  return edited_by<Ovh>(config, tools, std::move(setup));
}

}  // namespace acme
