// Session: signed requests to one CA (RFC 8555 §6): its directory, its nonces, its errors.
//
// Everything an issuer is asked goes through its one Session: it knows the account to sign with,
// keeps the nonces that answers bring, repeats a request whose nonce was refused, and turns every
// answer that is not a success into an Error with the CA's problem in it. One thread, many tasks.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "common/base/log.hpp"
#include "common/base/scheduler.hpp"
#include "common/base/sync.hpp"
#include "common/base/task.hpp"
#include "common/crypto/key.hpp"
#include "common/protocol/advice_texts.hpp"
#include "common/protocol/objects.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

class Session {
 public:
  struct Endpoint {
    std::string issuer;
    std::string directory_url;
    HttpTrust trust;
  };

  Session(Endpoint endpoint, HttpClient& http, Scheduler& scheduler, Logger& log);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The CA's directory, fetched once and again after a day, or after nobody answered at what it names.
  Task<Result<Directory>> directory();

  /// All later requests are signed with this key, for this account.
  void use_account(PrivateKey key, std::string account_url);

  /// A POST signed by the account, or by the bare key (`jwk`) when there is no account URL yet; an
  /// empty payload is a POST-as-GET. Success is a 2xx answer. Repeats on badNonce, bounded: at once, later in a while.
  /// `never_twice`: a request that does something else when it arrives again (HttpRequest::never_twice).
  /// Errors: those of HttpClient, ErrorKind::problem or server_error, with retry_after.
  Task<Result<HttpResponse>> post(std::string url, std::string payload, std::string accept = "",
                                  bool never_twice = false);

  /// A plain GET (RFC 9773 §4.1 is asked so); success is a 200. Errors as of post().
  Task<Result<HttpResponse>> get(std::string url);
  /// A POST signed by another key than the session's: for `account_url`, or by the bare key when that is empty.
  Task<Result<HttpResponse>> post_as(PrivateKey key, std::string account_url, std::string url, std::string payload);
  /// The POST that changes the account's key: it goes alone, after all signed requests under way were answered and
  /// before any later one; on success those are signed with `next`.
  Task<Result<HttpResponse>> post_key_change(PrivateKey next, std::string url, std::string payload);

  const Endpoint& endpoint() const noexcept { return endpoint_; }
  const PrivateKey* account_key() const noexcept { return key_ ? &*key_ : nullptr; }
  const std::string& account_url() const noexcept { return account_url_; }
  UtcTime now() const { return scheduler_.clock().now(); }
  Scheduler& scheduler() const noexcept { return scheduler_; }
  bool allow_http() const noexcept { return endpoint_.trust.allow_http; }

 private:
  Task<Result<Directory>> fetch_directory();
  Task<Result<std::string>> take_nonce();
  Task<Result<HttpResponse>> send(HttpRequest request);
  /// What to send; `key` and `account_url`: whom to sign for instead of the session's account.
  struct Signed {
    Signed(std::string u, std::string p) : url{std::move(u)}, payload{std::move(p)} {}
    std::string url;
    std::string payload;
    std::string accept;
    bool never_twice = false;
    std::optional<PrivateKey> key;
    std::string account_url;
  };
  Task<Result<HttpResponse>> post_in_turn(Signed what);
  Task<Result<HttpResponse>> post_signed(Signed what);
  Task<Result<HttpResponse>> post_once(const Signed& what);
  Error to_error(const HttpResponse& response) const;
  void keep_nonce(const HttpResponse& response);
  void compare_clock(const HttpResponse& response);

  Endpoint endpoint_;
  HttpClient& http_;
  Scheduler& scheduler_;
  Logger& log_;
  std::optional<PrivateKey> key_;
  std::string account_url_;
  std::optional<Directory> directory_;
  SteadyTime directory_fetched_;
  Semaphore fetching_directory_;
  Semaphore in_flight_;
  Signal signing_changed_;  // one signed request less, or the key's change is done
  std::size_t signed_under_way_ = 0;
  bool changing_key_ = false;
  std::deque<std::string> nonces_;
  std::deque<std::string> known_nonces_;  // the last ones that came, used or not
  bool clock_told_ = false;
};

/// What a parser made of an answer; what it could not read is the CA's fault, ErrorKind::server_error.
template <class Object>
Result<Object> as_answer(Result<Object> parsed, std::string hint = std::string{advice("not-acme")}) {
  if (parsed) return parsed;
  Error error = std::move(parsed).error();
  if (error.kind == ErrorKind::malformed) error.kind = ErrorKind::server_error;
  return std::move(error).with_hint(std::move(hint));
}

}  // namespace acme
