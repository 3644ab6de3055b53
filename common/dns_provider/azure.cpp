#include "common/dns_provider/azure.hpp"

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/listed_zones.hpp"
#include "common/dns_provider/oauth_token.hpp"
#include "common/dns_provider/set_by_set.hpp"
#include "common/dns_provider/token_api.hpp"
#include "common/dns_provider/txt_text.hpp"

namespace acme {

namespace {

constexpr std::string_view kVersion = "?api-version=2018-05-01";

bool is_conflict(const HttpResponse& response) { return response.status == 412 || response.status == 409; }

/// A resource id, which is a path: each piece encoded.
std::string encoded_path(std::string_view path) {
  std::string encoded;
  for (const auto piece : split(path, '/')) {
    if (!piece.empty()) encoded += cat("/", percent_encoded(piece));
  }
  return encoded;
}

class Azure final : public SetBySet {
 public:
  Azure(ApiClient client, std::string scope) : SetBySet{std::move(client)}, scope_{std::move(scope)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    const std::string path = cat(scope_, "/providers/Microsoft.Network/dnsZones");
    // The next page is a whole URL, of which the query is enough.
    auto next = [path](const Json& page, int, const HttpResponse&) {
      const std::string link = text_member(page, "nextLink");
      const auto question = link.find('?');
      return question == std::string::npos ? std::string{} : path + link.substr(question);
    };
    return listed_zones(client_, cat(path, kVersion), std::move(next), ZoneShape{"value", "name", "id"});
  }

 private:
  static std::string target(const ApiZone& zone, const std::string& name) {
    return cat(encoded_path(zone.id), "/TXT/", percent_encoded(relative_name(zone, name)), kVersion);
  }

  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) override {
    ApiCall call{"GET", target(zone, name)};
    call.accepted = {404};
    auto task = client_.send(std::move(call));
    auto response = co_await std::move(task);
    if (!response) co_return std::move(response).error();
    auto json = api_json(client_.provider(), *response);
    if (!json) co_return std::move(json).error();
    if (response->status == 404) co_return Status{};
    auto set = read_set(*json, name);
    if (!set) co_return client_.missing("values of a set");
    sets.push_back(*std::move(set));
    co_return Status{};
  }

  /// Values are lists of strings here: kept as a zone file has them.
  static std::optional<TxtSet> read_set(const Json& json, const std::string& name) {
    const Json properties = json["properties"];
    if (!properties["TXTRecords"].is_array()) return std::nullopt;
    TxtSet set;
    set.name = name;
    set.tag = text_member(json, "etag");
    set.ttl =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(properties["TTL"].integer().value_or(0), 0, 0x7fffffff));
    for (const auto& record : properties["TXTRecords"].items()) {
      if (!record["value"].is_array()) return std::nullopt;
      std::string written;
      for (const auto& piece : record["value"].items()) {
        if (!piece.string()) return std::nullopt;
        written += cat(written.empty() ? "" : " ", quote_txt(*piece.string()));
      }
      set.values.push_back({std::move(written), {}});
    }
    return set;
  }

  static std::string written(const TxtSet& set) {
    JsonBuilder records = JsonBuilder::array();
    for (const auto& value : set.values) {
      JsonBuilder pieces = JsonBuilder::array();
      for (const auto& piece : txt_strings(value.written)) pieces.add(piece);
      records.add(std::move(JsonBuilder::object().set("value", std::move(pieces))));
    }
    JsonBuilder properties = JsonBuilder::object();
    properties.set("TTL", static_cast<std::int64_t>(set.ttl)).set("TXTRecords", std::move(records));
    return JsonBuilder::object().set("properties", std::move(properties)).text();
  }

  Task<Status> write_set(ApiZone zone, SetChange change) override {
    const bool is_new = change.before.values.empty() && change.before.tag.empty();
    const bool gone = change.after.values.empty();
    // PUT would drop the metadata of a set that somebody else made.
    ApiCall call{gone ? "DELETE" : is_new ? "PUT" : "PATCH", target(zone, change.after.name)};
    call.headers = {is_new ? "If-None-Match: *"
                           : cat("If-Match: ", change.before.tag.empty() ? "*" : change.before.tag)};
    if (!gone) call.body = written(change.after);
    return client_.done(std::move(call));
  }

  std::string scope_;
};

/// Ids go into paths and forms.
Result<std::string> id_of(const DnsProviderConfig& config, const char* name, bool required) {
  const std::string id = setting(config, name);
  if (!id.empty() || !required) return percent_encoded(id);
  return Error{ErrorKind::configuration, cat("dns_provider azure: ", name, " is missing")};
}

Result<std::unique_ptr<ApiAuthorizer>> make_login(const DnsProviderConfig& config, const DnsProviderTools& tools,
                                                  const std::string& api_url) {
  auto tenant = id_of(config, "tenant_id", true);
  if (!tenant) return std::move(tenant).error();
  auto client = id_of(config, "client_id", true);
  if (!client) return std::move(client).error();
  auto secret = header_secret(config, "client_secret");
  if (!secret) return std::move(secret).error();
  auto url = base_url_setting(config, "login_url", "https://login.microsoftonline.com");
  if (!url) return std::move(url).error();
  ApiSetup setup;
  setup.provider = "Azure";
  setup.base_url = cat(*url, "/", *tenant, "/oauth2/v2.0/token");
  setup.credential_hint = "check tenant_id, client_id and client_secret: secrets of applications expire";
  std::string written = percent_encoded(*secret);
  const auto form = std::make_shared<const Secret>(
      secret_of({"client_id=", *client, "&client_secret=", written,
                 "&grant_type=client_credentials&scope=", percent_encoded(api_url + "/.default")}));
  cleanse(written);
  auto grant = [form](UtcTime) { return Result<std::string>{std::string{form->view()}}; };
  return std::unique_ptr<ApiAuthorizer>{
      std::make_unique<OauthToken>(ApiClient{std::move(setup), config, tools}, std::move(grant))};
}

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_azure(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto url = api_base_url(config, "https://management.azure.com");
  if (!url) return std::move(url).error();
  auto login = make_login(config, tools, *url);
  if (!login) return std::move(login).error();
  auto subscription = id_of(config, "subscription_id", true);
  if (!subscription) return std::move(subscription).error();
  auto group = id_of(config, "resource_group", false);
  ApiSetup setup;
  setup.provider = "Azure";
  setup.base_url = *std::move(url);
  setup.credential_hint = "the application needs the role DNS Zone Contributor on the zone";
  setup.conflict = is_conflict;
  setup.authorizer = *std::move(login);
  const std::string scope = cat("/subscriptions/", *subscription, group->empty() ? "" : "/resourceGroups/", *group);
  return edited_by<Azure>(config, tools, std::move(setup), scope);
}

}  // namespace acme
