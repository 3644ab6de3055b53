#include "common/dns_provider/google.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/google_key.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/oauth_token.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"

namespace acme {

namespace {

constexpr const char* kZonesKind = "dns#managedZonesListResponse";
constexpr std::string_view kSetsKind = "dns#resourceRecordSetsListResponse";
constexpr std::size_t kSetsPerChange = 200;

/// Too many requests are a 403 of a certain reason there.
bool is_throttled(const HttpResponse& response) {
  return response.status == 403 && response.body.find("ateLimitExceeded\"") != std::string::npos;
}

/// What is to be deleted is no longer so, or what is to be added is there.
bool is_conflict(const HttpResponse& response) {
  const bool missing = response.status == 404 && response.body.find("entity.change.deletions") != std::string::npos;
  return response.status == 409 || response.status == 412 || missing;
}

bool is_public(const Json& zone) { return text_member(zone, "visibility") != "private"; }

std::string next_page(const std::string& first, const Json& page) {
  const std::string token = text_member(page, "nextPageToken");
  return token.empty() ? token : cat(first, "?pageToken=", percent_encoded(token));
}

class Google final : public NameByName {
 public:
  Google(ApiClient client, std::string project) : NameByName{std::move(client)}, project_{std::move(project)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    const std::string target = cat("/projects/", percent_encoded(project_), "/managedZones");
    auto next = [target](const Json& page, int, const HttpResponse&) { return next_page(target, page); };
    return listed_zones(client_, target, std::move(next),
                        ZoneShape{"managedZones", "dnsName", "name", "", is_public, kZonesKind});
  }

  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    for (std::size_t first = 0; first < changes.size(); first += kSetsPerChange) {
      JsonBuilder deletions = JsonBuilder::array();
      JsonBuilder additions = JsonBuilder::array();
      for (std::size_t i = first; i < changes.size() && i < first + kSetsPerChange; ++i) {
        if (!changes[i].before.values.empty()) deletions.add(written(changes[i].before));
        if (!changes[i].after.values.empty()) additions.add(written(changes[i].after));
      }
      JsonBuilder change = JsonBuilder::object();
      change.set("deletions", std::move(deletions)).set("additions", std::move(additions));
      ApiCall call{"POST", path_of(zone) + "/changes"};
      call.body = change.text();
      auto task = client_.done(std::move(call));
      auto status = co_await std::move(task);
      if (!status) co_return status;
    }
    co_return Status{};
  }

 private:
  std::string path_of(const ApiZone& zone) const {
    return cat("/projects/", percent_encoded(project_), "/managedZones/", percent_encoded(zone.id));
  }

  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    const std::string query = cat("?name=", percent_encoded(name), ".&type=TXT");
    auto task = client_.json(ApiCall{"GET", cat(path_of(zone), "/rrsets", query)});
    auto answer = co_await std::move(task);
    if (!answer) co_return std::move(answer).error();
    // An empty list may be left out.
    const bool is_list = (*answer)["rrsets"].is_array() || text_member(*answer, "kind") == kSetsKind;
    if (!is_list) co_return client_.missing("list of records");
    for (const auto& item : (*answer)["rrsets"].items()) {
      auto set = set_in_json(item, name, SetShape{"ttl", "rrdatas"});
      if (!set) co_return client_.missing("values of a set (is it one with a routing policy?)");
      sets.push_back(*std::move(set));
    }
    co_return Status{};
  }

  static JsonBuilder written(const TxtSet& set) {
    JsonBuilder object = JsonBuilder::object();
    object.set("name", set.name + ".").set("type", "TXT").set("ttl", static_cast<std::int64_t>(set.ttl));
    return std::move(object.set("rrdatas", written_values(set.values)));
  }

  std::string project_;
};

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_google(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  const auto secret = config.secrets.find("service_account");
  auto key = parse_google_key(secret == config.secrets.end() ? std::string_view{} : secret->second.view());
  if (!key) return std::move(key).error();
  auto url = api_base_url(config, "https://dns.googleapis.com/dns/v1");
  if (!url) return std::move(url).error();
  std::string project = setting(config, "project");
  if (project.empty()) project = key->project;
  if (project.empty()) return Error{ErrorKind::configuration, "dns_provider google: project is missing"};
  const std::string hint = cat("the service account ", cleaned(key->email, 100), " needs the role DNS Administrator");
  ApiSetup endpoint;
  endpoint.provider = "Google";
  endpoint.base_url = key->token_url;
  endpoint.credential_hint = "check service_account: the key may be deleted, or the clock of this machine wrong";
  auto grant = [key = *std::move(key)](UtcTime now) { return google_grant(key, now); };
  ApiSetup setup;
  setup.provider = "Google";
  setup.base_url = *std::move(url);
  setup.credential_hint = hint;
  setup.throttled = is_throttled;
  setup.conflict = is_conflict;
  setup.authorizer = std::make_unique<OauthToken>(ApiClient{std::move(endpoint), config, tools}, std::move(grant));
  return edited_by<Google>(config, tools, std::move(setup), std::move(project));
}

}  // namespace acme
