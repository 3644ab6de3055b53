#include "common/dns_provider/api_client.hpp"

#include <algorithm>

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/dns_provider/hidden_secrets.hpp"
#include "common/dns_provider/zone_api.hpp"
#include "common/protocol/headers.hpp"
#include "common/transport/other_server.hpp"

namespace acme {

namespace {

constexpr int kMaxTries = 3;
constexpr Seconds kLongestPause{30};
constexpr Seconds kUsualPause{2};
constexpr int kMaxPages = 100;

}  // namespace

ApiClient::ApiClient(ApiSetup setup, const DnsProviderConfig& config, const DnsProviderTools& tools)
    : setup_{std::move(setup)}, config_{config}, http_{*tools.http}, scheduler_{*tools.scheduler} {}

HttpRequest ApiClient::request(const ApiCall& call) const {
  HttpRequest request{setup_.base_url + call.target};
  request.method = call.method;
  request.body = call.body;
  request.content_type = call.content_type;
  for (const auto& line : setup_.headers) request.headers.emplace_back(line.view());
  request.headers.insert(request.headers.end(), call.headers.begin(), call.headers.end());
  request.trust.allow_http = true;  // to a loopback host only
  request.trust.ca_file = setting(config_, "ca_file");
  return request;
}

Task<Result<HttpResponse>> ApiClient::send_once(const ApiCall& call) {
  HttpRequest made = request(call);
  if (setup_.authorizer) {
    auto completing = setup_.authorizer->complete(made);
    auto status = co_await std::move(completing);
    if (!status) co_return std::move(status).error();
  }
  auto task = http_.send(std::move(made));
  auto response = co_await std::move(task);
  if (!response) {
    Error error = of_other_server(std::move(response).error(), setup_.base_url, "ca_file=");
    co_return std::move(error).with_context(setup_.provider);
  }
  if (setup_.authorizer && response->status == 401) setup_.authorizer->refused();
  co_return response;
}

Task<Result<HttpResponse>> ApiClient::send(ApiCall call) {
  const CleansedAtEnd cleansed{call.body};
  for (int tries = 1;; ++tries) {
    auto task = send_once(call);
    auto response = co_await std::move(task);
    if (!response) co_return response;
    const int status = response->status;
    const bool accepted = std::find(call.accepted.begin(), call.accepted.end(), status) != call.accepted.end();
    if (status / 100 == 2 || accepted) co_return response;
    const auto pause = pause_before_retry(*response, tries);
    if (!pause) co_return to_error(*response);
    auto sleep = scheduler_.sleep_for(*pause);
    const Wake wake = co_await sleep;
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopped"};
  }
}

std::optional<Duration> ApiClient::pause_before_retry(const HttpResponse& response, int tries) const {
  const bool too_often =
      response.status == 429 || response.status == 503 || (setup_.throttled != nullptr && setup_.throttled(response));
  if (!too_often || tries >= kMaxTries) return std::nullopt;
  const auto asked = parse_retry_after(response.header("retry-after"), scheduler_.clock().now());
  const Seconds pause = std::max(asked.value_or(kUsualPause * tries), Seconds{1});
  if (pause > kLongestPause) return std::nullopt;
  return pause;
}

Error ApiClient::to_error(const HttpResponse& response) const {
  const std::string text = hide_secrets(setup_.error_text(response), config_);
  Error error = api_error(setup_.provider, response, text, scheduler_.clock().now());
  if (setup_.throttled != nullptr && setup_.throttled(response)) error.kind = ErrorKind::server_error;
  if (setup_.conflict != nullptr && setup_.conflict(response)) error.problem_type = kConflict;
  if (error.http_status == 401 || error.http_status == 403) error.hint = setup_.credential_hint;
  return error;
}

Task<Result<Json>> ApiClient::json(ApiCall call) {
  auto task = send(std::move(call));
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error();
  auto json = api_json(setup_.provider, *response);
  cleanse(response->body);  // of a request for a token
  co_return json;
}

Task<Status> ApiClient::done(ApiCall call) {
  auto task = send(std::move(call));
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error();
  co_return Status{};
}

Task<Result<std::vector<Json>>> ApiClient::pages(std::string target, NextPage next) {
  std::vector<Json> pages;
  for (int number = 1; !target.empty(); ++number) {
    if (number > kMaxPages) {
      co_return Error{ErrorKind::server_error, cat(setup_.provider, ": more than ", kMaxPages, " pages in one answer")};
    }
    auto task = send(ApiCall{"GET", target});
    auto response = co_await std::move(task);
    if (!response) co_return std::move(response).error();
    auto page = api_json(setup_.provider, *response);
    if (!page) co_return std::move(page).error();
    target = next(*page, number, *response);
    pages.push_back(*std::move(page));
  }
  co_return pages;
}

Result<std::string> api_base_url(const DnsProviderConfig& config, std::string_view usual) {
  return base_url_setting(config, "api_url", usual);
}

Result<std::string> base_url_setting(const DnsProviderConfig& config, const std::string& name, std::string_view usual) {
  std::string url = setting(config, name);
  if (url.empty()) url = usual;
  while (url.ends_with('/')) url.pop_back();
  if (!acceptable_url(url, true) || url.find_first_of("?#") != std::string::npos) {
    return Error{ErrorKind::configuration, cat("dns_provider ", config.name, ": ", name, " must be an https URL"),
                 "http is accepted for a loopback host"};
  }
  return url;
}

std::string setting(const DnsProviderConfig& config, const std::string& name) {
  const auto found = config.settings.find(name);
  return found == config.settings.end() ? std::string{} : found->second;
}

Result<std::string_view> header_secret(const DnsProviderConfig& config, const std::string& name) {
  const auto found = config.secrets.find(name);
  const std::string_view value = found == config.secrets.end() ? std::string_view{} : found->second.view();
  const bool visible = std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (value.empty() || !visible) {
    return Error{
        ErrorKind::configuration,
        cat("dns_provider ", config.name, ": ", name, value.empty() ? " is missing or empty" : " is no single word"),
        cat("the file or variable of ", name, " must hold the secret and nothing else")};
  }
  return value;
}

}  // namespace acme
