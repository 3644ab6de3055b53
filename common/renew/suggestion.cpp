#include "common/renew/suggestion.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr Seconds kSoonest{60};
constexpr Seconds kLatest = std::chrono::days{1};
constexpr Seconds kDefault = std::chrono::hours{6};
constexpr Seconds kWithoutAnswer = std::chrono::days{7};
constexpr Seconds kAfterFailure = std::chrono::hours{1};

Seconds varied(Seconds pause, double by) {
  return pause + Seconds{static_cast<std::int64_t>(static_cast<double>(pause.count()) * by)};
}

}  // namespace

bool is_usable(const TimeWindow& window, const Validity& validity) {
  return window.start < window.end && window.end <= validity.not_after;
}

UtcTime draw(const TimeWindow& window, double chance) {
  const auto length = static_cast<double>((window.end - window.start).count());
  return window.start + Seconds{static_cast<std::int64_t>(length * chance)};
}

Seconds poll_pause(std::optional<Seconds> retry_after, double chance) {
  return varied(std::clamp(retry_after.value_or(kDefault), kSoonest, kLatest), chance / 10);
}

Seconds failed_poll_pause(std::optional<Seconds> retry_after, double chance) {
  return varied(std::clamp(retry_after.value_or(kAfterFailure), kSoonest, kLatest), chance);
}

Seconds no_answer_poll_pause(double chance) { return varied(kWithoutAnswer, chance / 10); }

Seconds first_poll_pause(double chance) { return Seconds{5} + varied(Seconds{10}, chance - 1); }

bool is_plausible_poll(UtcTime next_poll, UtcTime now) { return next_poll <= now + 2 * kWithoutAnswer; }

}  // namespace acme
