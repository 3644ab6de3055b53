#include "common/config/daily_window.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Seconds kDay = std::chrono::days{1};

/// "02:00" to "24:00" since midnight.
std::optional<Seconds> parse_clock(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() - colon != 3) return std::nullopt;
  const auto hours = parse_number(text.substr(0, colon));
  const auto minutes = parse_number(text.substr(colon + 1));
  if (!hours || !minutes || *hours > 24 || *minutes > 59) return std::nullopt;
  const Seconds time = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  if (time > kDay) return std::nullopt;
  return time;
}

/// What the clock on the wall shows, since its midnight.
Seconds wall_clock(const TimeZone& zone, UtcTime time) {
  const UtcTime local = time + zone.offset_at(time);
  return local - std::chrono::floor<std::chrono::days>(local);
}

/// The first moment in (from, to] that has another offset than `from`. The two are a day apart at most, and no
/// place puts its clocks twice within a day.
UtcTime change_between(const TimeZone& zone, UtcTime from, UtcTime to) {
  const Seconds before = zone.offset_at(from);
  while (to - from > Seconds{1}) {
    const UtcTime middle = from + (to - from) / 2;
    (zone.offset_at(middle) == before ? from : to) = middle;
  }
  return to;
}

}  // namespace

Result<DailyWindow> DailyWindow::parse(std::string_view span, std::string_view zone) {
  const auto dash = span.find('-');
  const auto begin = parse_clock(span.substr(0, dash));
  const auto end = dash == std::string_view::npos ? std::nullopt : parse_clock(span.substr(dash + 1));
  if (!begin || !end || *begin == *end || *begin == kDay) {
    return Error{
        ErrorKind::configuration, cat("bad window \"", cleaned(span, 80), "\""),
        "HH:MM-HH:MM with different times from 00:00 to 24:00, such as 02:00-05:00; 22:00-02:00 is over midnight"};
  }
  auto loaded = TimeZone::load(zone.empty() ? "local" : zone);
  if (!loaded) return std::move(loaded).error();
  DailyWindow window;
  window.begin_ = *begin;
  window.end_ = *end;
  window.zone_ = std::make_shared<const TimeZone>(*std::move(loaded));
  return window;
}

bool DailyWindow::contains(UtcTime time) const {
  const Seconds now = wall_clock(*zone_, time);
  if (begin_ < end_) return begin_ <= now && now < end_;
  return now >= begin_ || now < end_;
}

UtcTime DailyWindow::next(UtcTime time) const {
  // Clocks put forward may jump into the window, or over it; put back they show it once more. A day or two settle it.
  while (!contains(time)) {
    const Seconds now = wall_clock(*zone_, time);
    const UtcTime opens = time + (begin_ > now ? begin_ - now : begin_ - now + kDay);
    time = zone_->offset_at(opens) == zone_->offset_at(time) ? opens : change_between(*zone_, time, opens);
  }
  return time;
}

}  // namespace acme
