#include "common/dns_provider/acme_dns.hpp"

#include <algorithm>
#include <map>

#include "common/base/sync.hpp"
#include "common/base/text.hpp"
#include "common/dns/zone.hpp"
#include "common/dns_provider/acme_dns_registrations.hpp"
#include "common/protocol/headers.hpp"
#include "common/transport/other_server.hpp"

namespace acme {

namespace {

constexpr std::size_t kValuesHeld = 2;
constexpr Duration kLongestTurn = std::chrono::minutes{10};
constexpr Duration kCnameLimit = std::chrono::seconds{5};
constexpr std::size_t kLongestAnswer = 64 * 1024;
constexpr std::size_t kLongestReason = 200;

std::string set_up_line(const AcmeDnsRegistration& registration) {
  return cat(registration.name, ". CNAME ", registration.full_domain, ".");
}

class AcmeDnsProvider final : public DnsProvider {
 public:
  AcmeDnsProvider(const std::string& server, std::vector<std::string> allow_from, DnsProviderTools tools)
      : server_{server},
        allow_from_{std::move(allow_from)},
        tools_{tools},
        registrations_{server, std::move(tools)},
        registering_{*tools_.scheduler, 1},
        freed_{*tools_.scheduler} {}

  bool takes_names_before_cname() const override { return true; }

  Task<Status> present(std::vector<TxtRecord> records) override {
    std::map<std::string, std::vector<std::string>> values;  // by name
    for (auto& record : records) values[record.name].push_back(std::move(record.value));
    Status result;
    for (auto& [name, wanted] : values) {
      auto task = present_name(name, std::move(wanted));
      auto done = co_await std::move(task);
      if (result && !done) result = std::move(done);
      // What the operator has to set for the other names is worth saying too; a server that is silent is not.
      if (!result && result.error().kind != ErrorKind::configuration) break;
    }
    co_return result;
  }

  /// There is no removal at such a server: a value's place may be taken again.
  Task<Status> clean_up(std::vector<TxtRecord> records) override {
    for (const auto& record : records) std::erase(held_[record.name], record.value);
    freed_.notify();
    co_return Status{};
  }

 private:
  Task<Status> present_name(std::string name, std::vector<std::string> values);
  Task<Result<const AcmeDnsRegistration*>> registration_for(std::string name);
  Task<Status> check_cname(const AcmeDnsRegistration& registration);
  Task<Status> take_places(std::string name, std::vector<std::string> values);
  Task<Status> update(const AcmeDnsRegistration& registration, std::string value);
  Task<Result<Json>> post(std::string path, std::string body, std::vector<std::string> headers);
  Error error_of(const HttpResponse& response) const;

  const std::string server_;
  const std::vector<std::string> allow_from_;
  const DnsProviderTools tools_;
  AcmeDnsRegistrations registrations_;
  Semaphore registering_;
  std::map<std::string, std::vector<std::string>> held_;  // values that orders need now, by name
  Signal freed_;
};

Task<Status> AcmeDnsProvider::present_name(std::string name, std::vector<std::string> values) {
  auto registering = registration_for(name);
  auto registration = co_await std::move(registering);
  if (!registration) co_return std::move(registration).error();
  auto checking = check_cname(**registration);
  auto checked = co_await std::move(checking);
  if (!checked) co_return checked;
  std::erase_if(values, [&](const std::string& value) {
    const auto& held = held_[name];
    return std::find(held.begin(), held.end(), value) != held.end();
  });
  auto waiting = take_places(name, values);
  auto taken = co_await std::move(waiting);
  if (!taken) co_return taken;
  for (const auto& value : values) {
    auto updating = update(**registration, value);
    auto updated = co_await std::move(updating);
    if (updated) continue;
    for (const auto& mine : values) std::erase(held_[name], mine);
    freed_.notify();
    co_return updated;
  }
  co_return Status{};
}

/// The one there is, or a new one.
Task<Result<const AcmeDnsRegistration*>> AcmeDnsProvider::registration_for(std::string name) {
  const Wake wake = co_await registering_.acquire();
  if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "stopping"};
  const Permit permit{registering_};
  auto found = registrations_.find(name);
  if (!found || *found != nullptr) co_return found;
  JsonBuilder body = JsonBuilder::object();
  if (!allow_from_.empty()) {
    JsonBuilder list = JsonBuilder::array();
    for (const auto& range : allow_from_) list.add(range);
    body.set("allowfrom", std::move(list));
  }
  auto asking = post("/register", body.text(), {});
  auto answer = co_await std::move(asking);
  if (!answer) co_return std::move(answer).error().with_context("registering");
  auto made = parse_acme_dns_registration(*answer);
  if (!made) co_return Error{ErrorKind::server_error, cat(server_, " answers a registration that lacks a member")};
  made->name = name;
  auto added = registrations_.add(*std::move(made));
  if (added) tools_.log->notice(cat(name, ": registered at ", server_, ", to be set once: ", set_up_line(**added)));
  co_return added;
}

/// A lookup that fails is no proof that it is missing.
Task<Status> AcmeDnsProvider::check_cname(const AcmeDnsRegistration& registration) {
  DnsRoute route{tools_.resolvers};
  route.limit = kCnameLimit;
  auto following = follow_cnames(*tools_.lookup, registration.name, std::move(route));
  auto target = co_await std::move(following);
  if (!target && target.error().kind == ErrorKind::cancelled) co_return std::move(target).error();
  if (!target || *target == registration.full_domain) co_return Status{};
  const std::string instead = *target == registration.name ? "it has no CNAME" : cat("its CNAME leads to ", *target);
  co_return Error{ErrorKind::configuration, cat(registration.name, " does not lead to the acme-dns server: ", instead),
                  cat("set once: ", set_up_line(registration))};
}

Task<Status> AcmeDnsProvider::take_places(std::string name, std::vector<std::string> values) {
  if (values.size() > kValuesHeld) {
    co_return Error{ErrorKind::configuration,
                    cat(name, ": an acme-dns server holds two values of a name, not ", values.size())};
  }
  const SteadyTime end = tools_.scheduler->clock().steady_now() + kLongestTurn;
  while (held_[name].size() + values.size() > kValuesHeld) {
    const Wake wake = co_await freed_.wait_until(end);
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopping"};
    if (wake == Wake::timed_out) {
      co_return Error{ErrorKind::server_error,
                      cat(name, ": other orders still need both values of the acme-dns server")};
    }
  }
  auto& held = held_[name];
  held.insert(held.end(), values.begin(), values.end());
  co_return Status{};
}

Task<Status> AcmeDnsProvider::update(const AcmeDnsRegistration& registration, std::string value) {
  JsonBuilder body = JsonBuilder::object();
  body.set("subdomain", registration.subdomain);
  body.set("txt", value);
  std::vector<std::string> headers;  // no copy of the password on the way
  headers.push_back(cat("X-Api-User: ", registration.username));
  headers.push_back(cat("X-Api-Key: ", registration.password.view()));
  auto asking = post("/update", body.text(), std::move(headers));
  auto answer = co_await std::move(asking);
  if (!answer) co_return std::move(answer).error().with_context(registration.name);
  if ((*answer)["txt"].string().value_or("") == value) co_return Status{};
  co_return Error{ErrorKind::server_error,
                  cat(registration.name, ": ", server_, " does not say that the value is set")};
}

Task<Result<Json>> AcmeDnsProvider::post(std::string path, std::string body, std::vector<std::string> headers) {
  HttpRequest request{server_ + path};
  request.method = "POST";
  request.content_type = "application/json";
  request.body = std::move(body);
  request.headers = std::move(headers);
  request.trust.allow_http = server_.starts_with("http://");
  request.max_body = kLongestAnswer;
  auto sending = tools_.http->send(std::move(request));
  auto response = co_await std::move(sending);
  if (!response) co_return of_other_server(std::move(response).error(), server_, "");
  if (response->status < 200 || response->status > 299) co_return error_of(*response);
  auto json = Json::parse(response->body);
  if (!json) co_return Error{ErrorKind::server_error, cat(server_, " does not answer as an acme-dns server does")};
  co_return json;
}

Error AcmeDnsProvider::error_of(const HttpResponse& response) const {
  const auto json = Json::parse(response.body);
  const std::string reason = json ? (*json)["error"].string().value_or("") : std::string{};
  Error error{ErrorKind::server_error, cat(server_, " answers with HTTP ", response.status)};
  if (!reason.empty()) error.message += cat(": ", cleaned(reason, kLongestReason));
  error.http_status = response.status;
  error.retry_after = parse_retry_after(response.header("retry-after"), tools_.scheduler->clock().now());
  if (response.status < 400 || response.status > 499 || response.status == 429) return error;
  error.kind = ErrorKind::problem;
  if (response.status == 401 || response.status == 403) {
    error.hint = cat("when the server has lost its registrations, remove engine/sealed/", registrations_.record_name(),
                     " in the state directory and set the CNAMEs anew");
  }
  return error;
}

}  // namespace

Result<std::unique_ptr<DnsProvider>> make_acme_dns(const DnsProviderConfig& config, const DnsProviderTools& tools) {
  const auto found = config.settings.find("server");
  if (found == config.settings.end()) return Error{ErrorKind::configuration, "server= is missing"};
  std::string server = found->second;
  while (server.ends_with('/')) server.pop_back();
  std::vector<std::string> allow_from;
  if (const auto given = config.settings.find("allowfrom"); given != config.settings.end()) {
    for (const auto range : split(given->second, ',')) allow_from.emplace_back(trim(range));
  }
  return std::unique_ptr<DnsProvider>{std::make_unique<AcmeDnsProvider>(server, std::move(allow_from), tools)};
}

}  // namespace acme
