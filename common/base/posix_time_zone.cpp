#include "common/base/posix_time_zone.hpp"

#include <algorithm>
#include <tuple>

namespace acme {

namespace {

using std::chrono::year;

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<unsigned> take_number(std::string_view& text, unsigned minimum, unsigned maximum) {
  unsigned value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && digits < 4 && is_digit(text[digits]); ++digits) {
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
  }
  if (digits == 0 || value < minimum || value > maximum) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// "CET" or "<+03>": three characters at least, which matter to nobody here.
bool take_name(std::string_view& text) {
  const bool quoted = take(text, '<');
  std::size_t length = 0;
  const auto belongs = [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (quoted && (is_digit(c) || c == '+' || c == '-'));
  };
  while (length < text.size() && belongs(text[length])) ++length;
  if (length < 3) return false;
  text.remove_prefix(length);
  return !quoted || take(text, '>');
}

/// "3", "-3:30", "167:00:00".
std::optional<Seconds> take_time(std::string_view& text, unsigned most_hours) {
  const bool negative = take(text, '-');
  if (!negative) (void)take(text, '+');
  const auto hours = take_number(text, 0, most_hours);
  if (!hours) return std::nullopt;
  Seconds time = std::chrono::hours{*hours};
  for (const Seconds unit : {Seconds{60}, Seconds{1}}) {
    if (!take(text, ':')) break;
    const auto part = take_number(text, 0, 59);
    if (!part) return std::nullopt;
    time += *part * unit;
  }
  return negative ? -time : time;
}

}  // namespace

bool PosixTimeZone::read_day(std::string_view& text, Change& change) {
  if (!take(text, 'M')) {
    const bool julian = take(text, 'J');
    const auto day = julian ? take_number(text, 1, 365) : take_number(text, 0, 365);
    if (!day) return false;
    change.kind = julian ? DayKind::julian_without_leap_day : DayKind::day_of_year;
    change.day = *day;
    return true;
  }
  const auto month = take_number(text, 1, 12);
  if (!month || !take(text, '.')) return false;
  const auto week = take_number(text, 1, 5);
  if (!week || !take(text, '.')) return false;
  const auto day = take_number(text, 0, 6);
  if (!day) return false;
  change.month = *month;
  change.week = *week;
  change.day = *day;
  return true;
}

std::optional<PosixTimeZone::Change> PosixTimeZone::read_change(std::string_view& text) {
  Change change;
  if (!take(text, ',') || !read_day(text, change)) return std::nullopt;
  if (take(text, '/')) {
    const auto time = take_time(text, 167);
    if (!time) return std::nullopt;
    change.time = *time;
  }
  return change;
}

std::optional<PosixTimeZone> PosixTimeZone::parse(std::string_view text) {
  PosixTimeZone zone;
  if (!take_name(text)) return std::nullopt;
  const auto west = take_time(text, 24);
  if (!west) return std::nullopt;
  zone.standard_ = -*west;
  if (text.empty()) return zone;
  if (!take_name(text)) return std::nullopt;
  zone.daylight_ = zone.standard_ + std::chrono::hours{1};
  if (!text.empty() && text.front() != ',') {
    const auto daylight = take_time(text, 24);
    if (!daylight) return std::nullopt;
    zone.daylight_ = -*daylight;
  }
  if (text.empty()) text = ",M3.2.0,M11.1.0";
  for (Change& change : zone.changes_) {
    const auto read = read_change(text);
    if (!read) return std::nullopt;
    change = *read;
  }
  if (!text.empty()) return std::nullopt;
  return zone;
}

std::chrono::sys_days PosixTimeZone::Change::date(year in) const {
  using std::chrono::days;
  const std::chrono::sys_days first{in / std::chrono::January / 1};
  switch (kind) {
    case DayKind::day_of_year: return first + days{day};
    case DayKind::julian_without_leap_day: return first + days{day - 1 + (in.is_leap() && day >= 60 ? 1U : 0U)};
    case DayKind::month_week_day: break;
  }
  const std::chrono::weekday weekday{day};
  const std::chrono::month in_month{month};
  if (week == 5) return std::chrono::sys_days{in / in_month / weekday[std::chrono::last]};
  return std::chrono::sys_days{in / in_month / weekday[week]};
}

Seconds PosixTimeZone::offset_at(UtcTime time) const {
  if (!daylight_) return standard_;
  // Changes of the years around: a rule may put them some days outside of their own year.
  const year middle = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time + standard_)}.year();
  std::tuple<UtcTime, bool, Seconds> latest{UtcTime::min(), false, standard_};
  for (year in = middle - std::chrono::years{1}; in <= middle + std::chrono::years{1}; ++in) {
    const UtcTime begins = changes_[0].date(in) + changes_[0].time - standard_;
    const UtcTime ends = changes_[1].date(in) + changes_[1].time - *daylight_;
    // Ending and beginning in one moment is daylight saving time all the year.
    if (begins <= time) latest = std::max(latest, {begins, true, *daylight_});
    if (ends <= time) latest = std::max(latest, {ends, false, standard_});
  }
  return std::get<2>(latest);
}

}  // namespace acme
