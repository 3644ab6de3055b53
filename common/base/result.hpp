// Result<T> and Status: how every function that can fail says so.
//
// Nothing in this project throws. A failure is an Error that a person can read: `message` says what
// failed, with the values, and `hint` tells an admin the next step. `kind` is for code. An Error
// gathers context on its way up (with_context) and is logged once, by whoever stops it.
#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace acme {

enum class ErrorKind : std::uint8_t {
  internal,       // our own bug or an exhausted resource
  cancelled,      // the engine is stopping; never logged as a failure
  configuration,  // the operator must change something
  malformed,      // bytes that do not parse (JSON, PEM, a header, a directive value)
  not_found,      // a file or object that is not there
  permission,     // EACCES, EPERM, EROFS, a wrong owner
  io,             // any other failed system call
  crypto,         // OpenSSL refused
  transport,      // no answer: DNS, connect, TLS, reset, time-out
  server_error,   // an answer that is no ACME answer: 5xx, HTML, a truncated body
  problem,        // an RFC 7807 problem document from the CA
  validation,     // the CA could not validate an identifier (an authorization became invalid)
  verification,   // the CA returned a certificate that is not the one asked for
};

/// One entry of a problem's `subproblems` (RFC 8555 §6.7.1), already cleaned for a log line.
struct Subproblem {
  std::string identifier;
  std::string type;
  std::string detail;
  std::string challenge{};  // the type that the CA could not validate; empty: not known
  std::string next{};       // the type that is to be tried next; empty: none is left
};

struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::string hint;
  /// ErrorKind::problem and ::validation: the type without "urn:ietf:params:acme:error:".
  std::string problem_type;
  /// What the CA's Retry-After asked for, counted from the moment the answer arrived.
  std::optional<std::chrono::seconds> retry_after;
  std::vector<Subproblem> subproblems;
  /// The HTTP status of the answer, 0 when there was none.
  int http_status = 0;

  Error() = default;
  Error(ErrorKind k, std::string m, std::string h = {}) : kind{k}, message{std::move(m)}, hint{std::move(h)} {}

  /// "what: message", for the caller who knows what it was about.
  Error with_context(const std::string& what) && {
    message.insert(0, what + ": ");
    return std::move(*this);
  }
  Error with_hint(std::string text) && {
    if (hint.empty()) hint = std::move(text);
    return std::move(*this);
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_{std::move(value)} {}      // NOLINT: a value is a result
  Result(Error error) : error_{std::move(error)} {}  // NOLINT: so is an error

  bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & { return assert(ok()), *value_; }
  const T& value() const& { return assert(ok()), *value_; }
  T&& value() && { return assert(ok()), std::move(*value_); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  const Error& error() const& { return assert(!ok()), error_; }
  Error&& error() && { return assert(!ok()), std::move(error_); }

 private:
  std::optional<T> value_;
  Error error_;
};

/// Result<void>: done, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_{std::move(error)} {}  // NOLINT: an error is a result

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace acme
