// ApiClient: requests to one provider's API. Adds address, credentials and trust, waits and asks again when the API
// says that it is asked too often, and makes errors of what is no success.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/percent.hpp"
#include "common/base/scheduler.hpp"
#include "common/config/model.hpp"
#include "common/dns_provider/api_answer.hpp"
#include "common/dns_provider/dns_provider.hpp"

namespace acme {

struct ApiCall {
  ApiCall(std::string m, std::string t) : method{std::move(m)}, target{std::move(t)} {}

  std::string method;
  std::string target;  // path and query below the API's address: "/zones?page=2"
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::string> headers;
  std::vector<int> accepted;  // statuses that are answers beside 2xx
};

/// Credentials that are more than a header: signatures, tokens that must be fetched.
class ApiAuthorizer {
 public:
  virtual ~ApiAuthorizer() = default;
  /// The last thing done to each request before it goes out. The request outlives the task.
  virtual Task<Status> complete(HttpRequest& request) = 0;
  /// The API answered 401 to a completed request.
  virtual void refused() {}
};

/// How one API is spoken to.
struct ApiSetup {
  std::string provider;                       // for messages
  std::string base_url;                       // no slash at its end
  std::vector<Secret> headers;                // of every request, with tokens in them
  std::string credential_hint;                // for 401 and 403: which setting, which rights
  std::unique_ptr<ApiAuthorizer> authorizer;  // nullptr: `headers` are enough
  std::string (*error_text)(const HttpResponse&) = json_error_text;
  /// An answer that says "too often" in another way than by 429 or 503; may be nullptr.
  bool (*throttled)(const HttpResponse&) = nullptr;
  /// An answer that says "not what you have read before": the error is a kConflict. May be nullptr.
  bool (*conflict)(const HttpResponse&) = nullptr;
};

class ApiClient {
 public:
  /// `config` is borrowed: its secrets are kept out of every message.
  ApiClient(ApiSetup setup, const DnsProviderConfig& config, const DnsProviderTools& tools);

  /// A 2xx or an accepted status; else api_error(), those of HttpClient, cancelled. An answer of 429 or 503 is waited
  /// for, twice and at most half a minute each.
  Task<Result<HttpResponse>> send(ApiCall call);
  /// The same with JSON in the answer.
  Task<Result<Json>> json(ApiCall call);
  /// The same where nothing is wanted but success.
  Task<Status> done(ApiCall call);
  /// Page after page: `next` gives the target of the following one, "" after the last.
  using NextPage = std::function<std::string(const Json& page, int number, const HttpResponse& response)>;
  Task<Result<std::vector<Json>>> pages(std::string target, NextPage next);

  const std::string& provider() const noexcept { return setup_.provider; }
  const std::string& credential_hint() const noexcept { return setup_.credential_hint; }
  Scheduler& scheduler() const noexcept { return scheduler_; }
  /// missing_member() of this provider.
  Error missing(std::string_view what) const { return missing_member(setup_.provider, what); }

 private:
  HttpRequest request(const ApiCall& call) const;
  Task<Result<HttpResponse>> send_once(const ApiCall& call);
  Error to_error(const HttpResponse& response) const;
  std::optional<Duration> pause_before_retry(const HttpResponse& response, int tries) const;

  ApiSetup setup_;
  const DnsProviderConfig& config_;
  HttpClient& http_;
  Scheduler& scheduler_;
};

/// The provider's `api_url`, or the address where the API usually is. ErrorKind::configuration: neither https nor http
/// to a loopback host.
Result<std::string> api_base_url(const DnsProviderConfig& config, std::string_view usual);

/// The same of another setting.
Result<std::string> base_url_setting(const DnsProviderConfig& config, const std::string& name, std::string_view usual);

/// A setting, or "".
std::string setting(const DnsProviderConfig& config, const std::string& name);
/// A secret, where the configuration keeps it; ErrorKind::configuration when it is not there, is empty or cannot be in
/// an HTTP header.
Result<std::string_view> header_secret(const DnsProviderConfig& config, const std::string& name);

}  // namespace acme
