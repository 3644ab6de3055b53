// How long to wait after a failure. Pure: the failure's class, how often, and chance come in.
#pragma once

#include <cstdint>
#include <optional>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

enum class FailureClass : std::uint8_t {
  passing,        // no answer, 5xx: 10 s, 30 s, 90 s, ... up to an hour
  local,          // the disk, or what it holds: the same, up to ten minutes, so that freed space is used soon
  validation,     // names not proved: 1 min, 10 min, 100 min, then daily
  refused,        // any other problem from the CA: the same
  rate_limited,   // exactly what the CA says; from the third in a row on at least 10 s, 30 s, a minute
  configuration,  // the operator must act: daily; as `validation` where another issuer can be tried
  wrong_answer,   // another certificate than asked for: the same
};

FailureClass classify(const Error& error);
const char* failure_class_name(FailureClass failure);

struct Failure {
  FailureClass type = FailureClass::passing;
  std::uint32_t in_a_row = 1;            // this one included
  std::optional<Seconds> retry_after;    // the CA's
  std::optional<Seconds> lifetime_left;  // of what is served; nullopt: nothing but the placeholder
  std::optional<Seconds> lifetime;       // of that, from end to end
  bool tries_others = false;             // after some failures another issuer is tried: nothing waits for an operator
};

/// Never shorter than 1 s, never longer than 8 days. The steps vary by 20 % with `chance` in [0, 1).
/// While a certificate is served no step exceeds a tenth of the lifetime it has left; in its last day none
/// exceeds an hour, in its last hour (and after) five minutes; of a known lifetime ten seconds, or a fiftieth of it
/// where that is less, are always affordable. The CA's Retry-After is never shortened, but for one of more than a day
/// that comes with another failure than a rate limit.
Seconds retry_delay(const Failure& failure, double chance);

/// How long one waits that is due while its CA as a whole fails: by `chance` in [0, 1) up to as long as that lasts
/// already, so that what an outage held up follows within such a time again and not all at once; never beyond a tenth
/// of the lifetime left (as above). None while there is no certificate.
Seconds catch_up_delay(Seconds outage, std::optional<Seconds> lifetime_left, double chance);

/// Validations of one name that failed within the last hour and still leave room for an attempt of
/// an operator's reload (3), or for any attempt at all (5, Let's Encrypt's limit).
inline constexpr std::size_t kReloadTriesPerHour = 3;
inline constexpr std::size_t kValidationsPerHour = 5;

}  // namespace acme
