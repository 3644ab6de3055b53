// PosixTimeZone: the rule form of a time zone, "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX.1 §8.3 with the signed hours of
// RFC 9636 §3.3.1). It stands in TZ, and at the end of a zone's file for the years after its table. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/time.hpp"

namespace acme {

class PosixTimeZone {
 public:
  /// nullopt: no such rule. Daylight saving time without dates ("EST5EDT") changes as in the United States.
  static std::optional<PosixTimeZone> parse(std::string_view text);

  /// East of Greenwich is positive.
  Seconds offset_at(UtcTime time) const;

 private:
  enum class DayKind : std::uint8_t { month_week_day, julian_without_leap_day, day_of_year };

  /// A change on a day of every year, by the wall clock before it.
  struct Change {
    DayKind kind = DayKind::month_week_day;
    unsigned month = 0;
    unsigned week = 0;  // 5: the last
    unsigned day = 0;   // of the week, 0 is Sunday; or of the year
    Seconds time{7200};
    std::chrono::sys_days date(std::chrono::year year) const;
  };

  static std::optional<Change> read_change(std::string_view& text);
  static bool read_day(std::string_view& text, Change& change);

  Seconds standard_{0};
  std::optional<Seconds> daylight_;
  std::array<Change, 2> changes_;  // to daylight saving time, and back
};

}  // namespace acme
