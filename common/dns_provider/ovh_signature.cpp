#include "common/dns_provider/ovh_signature.hpp"

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

constexpr std::uint64_t kLatest = 1ULL << 40U;

}  // namespace

Result<std::string> ovh_signature(const OvhKeys& keys, const HttpRequest& request, std::int64_t time) {
  const Secret what = secret_of({keys.application_secret, "+", keys.consumer_key, "+", request.method, "+", request.url,
                                 "+", request.body, "+", std::to_string(time)});
  const auto hash = sha1(what.view());
  if (!hash) return hash.error();
  return cat("$1$", to_hex(*hash));
}

OvhSigner::OvhSigner(OvhKeys keys, ApiClient plain)
    : keys_{std::move(keys)}, plain_{std::move(plain)}, reading_{plain_.scheduler(), 1} {}

Task<Status> OvhSigner::complete(HttpRequest& request) {
  const Wake wake = co_await reading_.acquire();
  if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "stopped"};
  const Permit permit{reading_};
  if (!ahead_) {
    auto task = read_time();
    auto status = co_await std::move(task);
    if (!status) co_return std::move(status).error().with_context("the API's time");
  }
  const UtcTime time = plain_.scheduler().clock().now() + *ahead_;
  const std::int64_t seconds = time.time_since_epoch().count();
  auto signature = ovh_signature(keys_, request, seconds);
  if (!signature) co_return std::move(signature).error();
  request.headers.push_back("X-Ovh-Application: " + keys_.application_key);
  request.headers.push_back(cat("X-Ovh-Consumer: ", keys_.consumer_key));
  request.headers.push_back(cat("X-Ovh-Timestamp: ", seconds));
  request.headers.push_back("X-Ovh-Signature: " + *signature);
  co_return Status{};
}

Task<Status> OvhSigner::read_time() {
  auto task = plain_.send(ApiCall{"GET", "/auth/time"});
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error();
  const auto number = parse_number(trim(response->body));
  if (!number || *number > kLatest) co_return plain_.missing("time");
  ahead_ = UtcTime{Seconds{static_cast<std::int64_t>(*number)}} - plain_.scheduler().clock().now();
  co_return Status{};
}

}  // namespace acme
