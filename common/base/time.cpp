#include "common/base/time.hpp"

#include <array>
#include <cstdio>

#include "common/base/text.hpp"

namespace acme {

namespace {

struct CivilTime {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<UtcTime> from_civil(const CivilTime& civil) {
  const std::chrono::year_month_day date{std::chrono::year{civil.year}, std::chrono::month{civil.month},
                                         std::chrono::day{civil.day}};
  const bool in_range = civil.hour < 24 && civil.minute < 60 && civil.second <= 60;
  if (!date.ok() || !in_range) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{civil.hour} + std::chrono::minutes{civil.minute} +
         Seconds{civil.second};
}

CivilTime to_civil(UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

/// Reads exactly `digits` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!starts_with_no_case(text, expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool take_clock(std::string_view& text, CivilTime& civil) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ":")) return false;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ":")) return false;
  const auto second = take_digits(text, 2);
  if (!second) return false;
  civil.hour = *hour;
  civil.minute = *minute;
  civil.second = *second;
  return true;
}

/// "Z", "+01:00" or "-01:00", to the end of `text`.
std::optional<Seconds> take_offset(std::string_view text) {
  if (equals_no_case(text, "Z")) return Seconds{0};
  const bool east = take(text, "+");
  if (!east && !take(text, "-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  const Seconds offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return east ? offset : -offset;
}

}  // namespace

UtcTime SystemClock::now() const { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }

SteadyTime SystemClock::steady_now() const { return std::chrono::steady_clock::now(); }

std::string format_rfc3339(UtcTime time) {
  const CivilTime civil = to_civil(time);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", civil.year, civil.month, civil.day,
                civil.hour, civil.minute, civil.second);
  return buffer.data();
}

std::optional<UtcTime> parse_rfc3339(std::string_view text) {
  CivilTime civil;
  const auto year = take_digits(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !(take(text, "T") || take(text, " "))) return std::nullopt;
  if (!take_clock(text, civil)) return std::nullopt;
  if (take(text, ".")) {
    if (!take_digits(text, 1)) return std::nullopt;
    while (take_digits(text, 1)) continue;
  }
  const auto offset = take_offset(text);
  civil.year = *year;
  civil.month = static_cast<unsigned>(*month);
  civil.day = static_cast<unsigned>(*day);
  const auto local = from_civil(civil);
  if (!offset || !local) return std::nullopt;
  const UtcTime time = *local - *offset;
  // An offset may lead out of the years that can be written again.
  if (time < std::chrono::sys_days{std::chrono::year{0} / 1 / 1}) return std::nullopt;
  if (time >= std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}) return std::nullopt;
  return time;
}

std::optional<UtcTime> parse_http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  CivilTime civil;
  text = trim(text);
  if (text.size() != 29 || text.substr(3, 2) != ", ") return std::nullopt;
  text.remove_prefix(5);
  const auto day = take_digits(text, 2);
  if (!day || !take(text, " ")) return std::nullopt;
  const auto month = months.find(text.substr(0, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  text.remove_prefix(3);
  if (!take(text, " ")) return std::nullopt;
  const auto year = take_digits(text, 4);
  if (!year || !take(text, " ") || !take_clock(text, civil) || text != " GMT") return std::nullopt;
  civil.year = *year;
  civil.month = static_cast<unsigned>(month / 3 + 1);
  civil.day = static_cast<unsigned>(*day);
  return from_civil(civil);
}

std::string format_for_people(UtcTime time) {
  std::string text = format_rfc3339(time);
  text[10] = ' ';
  text.resize(16);
  return text + " UTC";
}

std::string format_duration(Seconds duration) {
  const auto seconds = duration.count();
  if (seconds < 0) return cat("-", format_duration(-duration));
  if (seconds < 120) return cat(seconds, " s");
  if (seconds < 7200) return cat(seconds / 60, " min");
  if (seconds < 172800) return cat(seconds / 3600, " h");
  return cat(seconds / 86400, " days");
}

}  // namespace acme
