#include "common/dns_provider/oauth_token.hpp"

#include <algorithm>

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Seconds kEarly{60};  // a token is not used in its last minute
constexpr Seconds kLongest{86400};

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

OauthToken::OauthToken(ApiClient endpoint, Grant grant)
    : endpoint_{std::move(endpoint)}, grant_{std::move(grant)}, fetching_{endpoint_.scheduler(), 1} {}

Task<Status> OauthToken::complete(HttpRequest& request) {
  const Wake wake = co_await fetching_.acquire();
  if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "stopped"};
  const Permit permit{fetching_};
  if (token_.empty() || endpoint_.scheduler().clock().steady_now() >= until_) {
    auto task = fetch();
    auto fetched = co_await std::move(task);
    if (!fetched) co_return std::move(fetched).error().with_context("access token");
  }
  request.headers.push_back(cat("Authorization: Bearer ", token_.view()));
  co_return Status{};
}

Task<Status> OauthToken::fetch() {
  const SteadyTime asked = endpoint_.scheduler().clock().steady_now();
  auto form = grant_(endpoint_.scheduler().clock().now());
  if (!form) co_return std::move(form).error();
  ApiCall call{"POST", ""};
  call.content_type = "application/x-www-form-urlencoded";
  call.body = *std::move(form);
  auto task = endpoint_.json(std::move(call));
  auto answer = co_await std::move(task);
  if (!answer) {
    // RFC 6749 §5.2: wrong credentials are a 400 as often as a 401.
    Error error = std::move(answer).error();
    if (error.kind == ErrorKind::problem) error.hint = endpoint_.credential_hint();
    co_return error;
  }
  std::string token = (*answer)["access_token"].string().value_or("");
  const CleansedAtEnd cleansed{token};
  if (!is_token(token)) co_return endpoint_.missing("access token");
  const Seconds lifetime{(*answer)["expires_in"].integer().value_or(0)};
  token_ = Secret{token};
  until_ = asked + std::clamp(lifetime, Seconds{0}, kLongest) - kEarly;
  co_return Status{};
}

}  // namespace acme
