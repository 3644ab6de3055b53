#include "common/dns_provider/route53.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/dns_provider/api_client.hpp"
#include "common/dns_provider/few_at_once.hpp"
#include "common/dns_provider/route53_xml.hpp"
#include "common/dns_provider/sigv4.hpp"
#include "common/dns_provider/token_api.hpp"

namespace acme {

namespace {

constexpr std::size_t kSetsPerBatch = 100;  // 1,000 values and 32,000 characters are allowed
constexpr std::size_t kAskByName = 4;       // more names than these: the whole zone is read, 300 sets a request
constexpr int kMaxPages = 100;
constexpr std::size_t kRequestsAtOnce = 2;  // of the five a second that an account may make

using Query = std::vector<std::pair<std::string, std::string>>;

class Route53 final : public ZoneApi {
 public:
  Route53(ApiClient client, std::string zone_id) : client_{std::move(client)}, zone_id_{std::move(zone_id)} {}

  Task<Result<std::vector<ApiZone>>> list_zones() override {
    if (!zone_id_.empty()) co_return std::vector<ApiZone>{ApiZone{"", zone_id_}};
    std::vector<ApiZone> zones;
    Query query;
    for (int page = 0; page < kMaxPages; ++page) {
      auto task = client_.send(get("", query));
      auto response = co_await std::move(task);
      if (!response) co_return std::move(response).error();
      auto found = read_route53_zones(response->body);
      if (!found) co_return std::move(found).error();
      std::move(found->zones.begin(), found->zones.end(), std::back_inserter(zones));
      if (found->next_marker.empty()) co_return zones;
      query = {{"marker", found->next_marker}};
    }
    co_return Error{ErrorKind::server_error, "Route 53: the list of zones does not end"};
  }

  Task<Result<std::vector<TxtSet>>> read_sets(ApiZone zone, std::vector<std::string> names) override {
    std::vector<TxtSet> sets;
    if (names.size() > kAskByName) {
      auto task = read_zone(zone, sets);
      auto status = co_await std::move(task);
      if (!status) co_return std::move(status).error();
      co_return sets;
    }
    std::vector<Task<Status>> tasks;
    for (const auto& name : names) tasks.push_back(read_name(zone, name, sets));
    auto all = few_at_once(client_.scheduler(), kRequestsAtOnce, std::move(tasks));
    auto status = co_await std::move(all);
    if (!status) co_return std::move(status).error();
    co_return sets;
  }

  Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) override {
    for (std::size_t first = 0; first < changes.size(); first += kSetsPerBatch) {
      ApiCall call{"POST", cat("/2013-04-01/hostedzone/", zone.id, "/rrset/")};
      call.content_type = "application/xml";
      call.body = route53_change_batch(changes, first, kSetsPerBatch);
      auto task = client_.done(std::move(call));
      auto status = co_await std::move(task);
      if (!status) co_return status;
    }
    co_return Status{};
  }

 private:
  static ApiCall get(const std::string& below, Query query) {
    const std::string text = aws_query(std::move(query));
    return {"GET", cat("/2013-04-01/hostedzone", below, text.empty() ? "" : "?", text)};
  }

  /// The list begins at the name and goes on behind it.
  Task<Status> read_name(ApiZone zone, std::string name, std::vector<TxtSet>& sets) {
    const Query query{{"maxitems", "1"}, {"name", name + "."}, {"type", "TXT"}};
    auto task = client_.send(get(cat("/", zone.id, "/rrset"), query));
    auto response = co_await std::move(task);
    if (!response) co_return std::move(response).error();
    auto found = read_route53_sets(response->body);
    if (!found) co_return std::move(found).error();
    std::copy_if(found->sets.begin(), found->sets.end(), std::back_inserter(sets),
                 [&](const TxtSet& set) { return set.name == name; });
    co_return Status{};
  }

  Task<Status> read_zone(ApiZone zone, std::vector<TxtSet>& sets) {
    Query query{{"maxitems", "300"}};
    for (int page = 0; page < kMaxPages; ++page) {
      auto task = client_.send(get(cat("/", zone.id, "/rrset"), query));
      auto response = co_await std::move(task);
      if (!response) co_return std::move(response).error();
      auto found = read_route53_sets(response->body);
      if (!found) co_return std::move(found).error();
      std::move(found->sets.begin(), found->sets.end(), std::back_inserter(sets));
      if (found->next_name.empty()) co_return Status{};
      query = {{"maxitems", "300"}, {"name", found->next_name}, {"type", found->next_type}};
      if (!found->next_identifier.empty()) query.emplace_back("identifier", found->next_identifier);
    }
    co_return Error{ErrorKind::server_error, "Route 53: the list of records does not end"};
  }

  ApiClient client_;
  std::string zone_id_;
};

struct AwsCredentials {
  std::string key_id;
  std::string_view secret;  // both of the configuration
  std::string_view session_token;
  std::string region = "us-east-1";
};

class Signer final : public ApiAuthorizer {
 public:
  Signer(AwsCredentials credentials, const Clock& clock) : credentials_{std::move(credentials)}, clock_{clock} {}

  Task<Status> complete(HttpRequest& request) override { co_return sign(request); }

 private:
  Status sign(HttpRequest& request) const {
    const UtcTime now = clock_.now();
    const std::string authority = url_authority(request.url);
    const std::string_view below = std::string_view{request.url}.substr(request.url.find(authority) + authority.size());
    const auto question = below.find('?');
    SigV4Request what;
    what.method = request.method;
    what.path = below.substr(0, question);
    if (question != std::string_view::npos) what.query = below.substr(question + 1);
    what.headers = {{"host", authority}, {"x-amz-date", aws_date(now)}};
    const std::string_view token = credentials_.session_token;
    if (!token.empty()) what.headers.emplace_back("x-amz-security-token", token);
    what.body = request.body;
    const AwsKey key{credentials_.key_id, credentials_.secret};
    auto authorization = sigv4_authorization(what, key, credentials_.region, "route53", now);
    if (!authorization) return std::move(authorization).error();
    request.headers.push_back("X-Amz-Date: " + aws_date(now));
    if (!token.empty()) request.headers.push_back(cat("X-Amz-Security-Token: ", token));
    request.headers.push_back("Authorization: " + *authorization);
    return {};
  }

  AwsCredentials credentials_;
  const Clock& clock_;
};

bool is_word(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

Result<AwsCredentials> read_credentials(const DnsProviderConfig& config) {
  for (const char* name : {"access_key_id", "region", "zone_id"}) {
    if (is_word(setting(config, name))) continue;
    return Error{ErrorKind::configuration, cat("dns_provider route53: ", name, " may hold letters and digits only")};
  }
  AwsCredentials credentials;
  credentials.key_id = setting(config, "access_key_id");
  if (credentials.key_id.empty())
    return Error{ErrorKind::configuration, "dns_provider route53: access_key_id is missing"};
  auto secret = header_secret(config, "secret_access_key");
  if (!secret) return std::move(secret).error();
  credentials.secret = *secret;
  if (config.secrets.contains("session_token")) {
    auto token = header_secret(config, "session_token");
    if (!token) return std::move(token).error();
    credentials.session_token = *token;
  }
  if (!setting(config, "region").empty()) credentials.region = setting(config, "region");
  return credentials;
}

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_route53(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  auto credentials = read_credentials(config);
  if (!credentials) return std::move(credentials).error();
  // Route 53 is one service for the world; China has its own.
  const bool china = credentials->region.starts_with("cn-");
  auto url = api_base_url(config, china ? "https://route53.amazonaws.com.cn" : "https://route53.amazonaws.com");
  if (!url) return std::move(url).error();
  ApiSetup setup;
  setup.provider = "Route 53";
  setup.base_url = *std::move(url);
  setup.credential_hint =
      "check access_key_id, secret_access_key, the clock, and the rights to list zones, to list and to change records";
  setup.authorizer = std::make_unique<Signer>(*std::move(credentials), tools.scheduler->clock());
  setup.error_text = route53_error_text;
  setup.throttled = is_route53_throttled;
  setup.conflict = is_route53_conflict;
  return edited_by<Route53>(config, tools, std::move(setup), setting(config, "zone_id"));
}

}  // namespace acme
