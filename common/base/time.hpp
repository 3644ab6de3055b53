// Time: two clocks behind one interface, and the text forms that ACME and HTTP use.
//
// Wall time (UtcTime) is for certificates, due times and everything that is stored; steady time is
// for waiting. Tests drive both by hand (tests/fakes/manual_clock.hpp).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace acme {

using Duration = std::chrono::nanoseconds;
using Seconds = std::chrono::seconds;
/// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
using UtcTime = std::chrono::sys_seconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcTime now() const = 0;
  virtual SteadyTime steady_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  UtcTime now() const override;
  SteadyTime steady_now() const override;
};

/// "2027-02-01T10:00:00Z" (RFC 3339).
std::string format_rfc3339(UtcTime time);
/// RFC 3339 with 'Z' or an offset; fractions are read and dropped. nullopt for anything else.
std::optional<UtcTime> parse_rfc3339(std::string_view text);
/// IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7); the obsolete forms are refused.
std::optional<UtcTime> parse_http_date(std::string_view text);
/// "2027-02-01 10:00 UTC": how a person reads it in a log.
std::string format_for_people(UtcTime time);
/// "45 s", "10 min", "2 h", "29 days": rounded down, for a person.
std::string format_duration(Seconds duration);

}  // namespace acme
