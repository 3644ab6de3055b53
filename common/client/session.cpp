#include "common/client/session.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/protocol/headers.hpp"
#include "common/protocol/jws.hpp"

namespace acme {

namespace {

constexpr int kMaxNonceTries = 20;   // half of all nonces refused still leaves one failure in a million
constexpr int kHastyNonceTries = 5;  // those after them take their time
constexpr Duration kNoncePause = std::chrono::milliseconds{100};
constexpr std::size_t kMaxNonces = 100;        // kept for later requests
constexpr std::size_t kMaxKnownNonces = 1000;  // remembered
constexpr std::size_t kMaxInFlight = 10;       // connection reuse beats width
constexpr Seconds kDirectoryLifetime{86400};
constexpr Seconds kTolerableClockError{3600};

/// No ACME server answered at a URL that the directory names: it may name another by now.
bool doubts_directory(const Error& error, const Directory& directory, const std::string& url) {
  const bool no_acme_answer = error.kind == ErrorKind::transport || error.kind == ErrorKind::server_error;
  return no_acme_answer && (url == directory.new_nonce || url == directory.new_account || url == directory.new_order);
}

Error stopping() { return {ErrorKind::cancelled, "the engine is stopping"}; }

}  // namespace

Session::Session(Endpoint endpoint, HttpClient& http, Scheduler& scheduler, Logger& log)
    : endpoint_{std::move(endpoint)},
      http_{http},
      scheduler_{scheduler},
      log_{log},
      fetching_directory_{scheduler, 1},
      in_flight_{scheduler, kMaxInFlight},
      signing_changed_{scheduler} {}

void Session::use_account(PrivateKey key, std::string account_url) {
  key_ = std::move(key);
  account_url_ = std::move(account_url);
}

Task<Result<HttpResponse>> Session::send(HttpRequest request) {
  const Wake wake = co_await in_flight_.acquire();
  if (wake != Wake::ready) co_return stopping();
  const Permit permit{in_flight_};
  request.trust = endpoint_.trust;
  auto task = http_.send(std::move(request));
  auto response = co_await std::move(task);
  if (response) {
    keep_nonce(*response);
    compare_clock(*response);
  }
  co_return response;
}

Task<Result<Directory>> Session::directory() {
  const Wake wake = co_await fetching_directory_.acquire();
  if (wake != Wake::ready) co_return stopping();
  const Permit permit{fetching_directory_};
  const SteadyTime now = scheduler_.clock().steady_now();
  const bool fresh = directory_ && now - directory_fetched_ < kDirectoryLifetime;
  if (fresh) co_return *directory_;
  auto task = fetch_directory();
  auto fetched = co_await std::move(task);
  if (fetched) {
    directory_ = *fetched;
    directory_fetched_ = now;
  }
  co_return fetched;
}

Task<Result<Directory>> Session::fetch_directory() {
  HttpRequest request{endpoint_.directory_url};
  request.max_redirects = 5;
  auto task = send(std::move(request));
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context("directory of " + endpoint_.issuer);
  if (response->status != 200) co_return to_error(*response).with_context("directory of " + endpoint_.issuer);
  auto directory = as_answer(parse_directory(response->body, allow_http()),
                             cat("is ", endpoint_.directory_url, " the URL of an ACME directory?"));
  if (!directory) co_return std::move(directory).error().with_context("directory of " + endpoint_.issuer);
  co_return directory;
}

Task<Result<std::string>> Session::take_nonce() {
  if (!nonces_.empty()) {
    std::string nonce = std::move(nonces_.back());
    nonces_.pop_back();
    co_return nonce;
  }
  auto directory_task = directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  HttpRequest request{directory->new_nonce};
  request.method = "HEAD";
  auto task = send(std::move(request));
  auto response = co_await std::move(task);
  const bool good = response && response->status / 100 == 2;
  if (!good || nonces_.empty()) directory_.reset();
  if (!response) co_return std::move(response).error().with_context("new nonce");
  if (!good) co_return to_error(*response).with_context("new nonce");
  if (nonces_.empty()) {
    co_return Error{ErrorKind::server_error, cat(endpoint_.issuer, " answered without a usable Replay-Nonce"),
                    std::string{advice("not-acme")}};
  }
  // Not necessarily the one just brought: another task may have taken that one.
  std::string nonce = std::move(nonces_.back());
  nonces_.pop_back();
  co_return nonce;
}

Task<Result<HttpResponse>> Session::post_once(const Signed& what) {
  auto nonce_task = take_nonce();
  auto nonce = co_await std::move(nonce_task);
  if (!nonce) co_return std::move(nonce).error();
  JwsHeader header{what.url, *std::move(nonce)};
  header.kid = what.key ? what.account_url : account_url_;
  const PrivateKey* key = what.key ? &*what.key : account_key();
  if (key == nullptr) co_return Error{ErrorKind::internal, "no account key to sign with"};
  auto body = sign_jws(*key, header, what.payload);
  if (!body) co_return std::move(body).error();
  HttpRequest request{what.url};
  request.method = "POST";
  request.content_type = "application/jose+json";
  request.body = *std::move(body);
  request.never_twice = what.never_twice;
  if (!what.accept.empty()) request.headers.push_back("Accept: " + what.accept);
  auto task = send(std::move(request));
  auto response = co_await std::move(task);
  co_return response;
}

Task<Result<HttpResponse>> Session::post_signed(Signed what) {
  if (!acceptable_url(what.url, allow_http())) {
    co_return Error{ErrorKind::server_error,
                    cat(endpoint_.issuer, " named a URL that is not https: ", cleaned(what.url, 200)),
                    std::string{advice("not-acme")}};
  }
  Error last{ErrorKind::server_error, ""};
  for (int tries = 0; tries < kMaxNonceTries; ++tries) {
    auto task = post_once(what);
    auto response = co_await std::move(task);
    if (response && response->status / 100 == 2) co_return response;
    last = response ? to_error(*response) : response.error();
    if (directory_ && doubts_directory(last, *directory_, what.url)) directory_.reset();
    if (!response) co_return response;
    if (last.problem_type != "badNonce") co_return last;
    log_.debug(cat(endpoint_.issuer, ": nonce refused, again with another"));
    if (tries < kHastyNonceTries) continue;
    const Wake wake = co_await scheduler_.sleep_for(kNoncePause * (tries - kHastyNonceTries + 1));
    if (wake == Wake::cancelled) co_return stopping();
  }
  co_return std::move(last).with_context(cat(kMaxNonceTries, " nonces in a row were refused"));
}

Task<Result<HttpResponse>> Session::get(std::string url) {
  HttpRequest request{std::move(url)};
  auto task = send(std::move(request));
  auto response = co_await std::move(task);
  if (response && response->status != 200) co_return to_error(*response);
  co_return response;
}

Task<Result<HttpResponse>> Session::post_in_turn(Signed what) {
  while (changing_key_) {
    const Wake wake = co_await signing_changed_.wait_until(std::nullopt);
    if (wake == Wake::cancelled) co_return stopping();
  }
  ++signed_under_way_;
  auto task = post_signed(std::move(what));
  auto response = co_await std::move(task);
  --signed_under_way_;
  signing_changed_.notify();
  co_return response;
}

Task<Result<HttpResponse>> Session::post(std::string url, std::string payload, std::string accept, bool never_twice) {
  Signed what{std::move(url), std::move(payload)};
  what.accept = std::move(accept);
  what.never_twice = never_twice;
  auto task = post_in_turn(std::move(what));
  auto response = co_await std::move(task);
  co_return response;
}

Task<Result<HttpResponse>> Session::post_as(PrivateKey key, std::string account_url, std::string url,
                                            std::string payload) {
  Signed what{std::move(url), std::move(payload)};
  what.key = std::move(key);
  what.account_url = std::move(account_url);
  auto task = post_signed(std::move(what));
  auto response = co_await std::move(task);
  co_return response;
}

Task<Result<HttpResponse>> Session::post_key_change(PrivateKey next, std::string url, std::string payload) {
  if (changing_key_) co_return Error{ErrorKind::internal, "the account's key is being changed already"};
  changing_key_ = true;
  Wake wake = Wake::ready;
  while (signed_under_way_ > 0 && wake != Wake::cancelled) {
    wake = co_await signing_changed_.wait_until(std::nullopt);
  }
  Signed what{std::move(url), std::move(payload)};
  what.never_twice = true;
  auto task = post_signed(std::move(what));
  auto response = co_await std::move(task);
  if (response) key_ = std::move(next);
  changing_key_ = false;
  signing_changed_.notify();
  co_return response;
}

Error Session::to_error(const HttpResponse& response) const {
  Error error = parse_problem(response.status, response.header("content-type"), response.body);
  error.retry_after = parse_retry_after(response.header("retry-after"), scheduler_.clock().now());
  return error;
}

void Session::keep_nonce(const HttpResponse& response) {
  const std::string_view nonce = response.header("replay-nonce");
  if (nonce.empty() || nonce.size() > 512 || !base64url_decode(nonce)) return;
  // No nonce is sent twice: a cache before the CA that hands out one again makes no round of refusals.
  if (std::find(known_nonces_.begin(), known_nonces_.end(), nonce) != known_nonces_.end()) return;
  known_nonces_.emplace_back(nonce);
  if (known_nonces_.size() > kMaxKnownNonces) known_nonces_.pop_front();
  nonces_.emplace_back(nonce);
  if (nonces_.size() > kMaxNonces) nonces_.pop_front();
}

void Session::compare_clock(const HttpResponse& response) {
  const auto date = parse_http_date(response.header("date"));
  if (!date || clock_told_) return;
  const Seconds difference = *date - scheduler_.clock().now();
  if (difference < kTolerableClockError && difference > -kTolerableClockError) return;
  clock_told_ = true;
  log_.warn(cat("this machine's clock and that of ", endpoint_.issuer, " differ by ", format_duration(difference),
                ": certificates may look not yet valid or expired (set the clock, run a time service)"));
}

}  // namespace acme
