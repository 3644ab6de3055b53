#include "common/renew/back_off.hpp"

#include <algorithm>
#include <array>

namespace acme {

namespace {

constexpr Seconds kDay{86400};
constexpr Seconds kHour{3600};
constexpr Seconds kLongestHold = std::chrono::days{8};
constexpr Seconds kMinute{60};

/// first, first * factor, first * factor^2, ... up to `longest`, without overflow however often.
Seconds ladder(Seconds first, int factor, std::uint32_t step, Seconds longest) {
  Seconds delay = first;
  for (std::uint32_t i = 1; i < step && delay < longest; ++i) delay *= factor;
  return std::min(delay, longest);
}

Seconds base_delay(FailureClass type, std::uint32_t in_a_row) {
  switch (type) {
    case FailureClass::passing: return ladder(Seconds{10}, 3, in_a_row, kHour);
    case FailureClass::local: return ladder(Seconds{10}, 3, in_a_row, Seconds{600});
    case FailureClass::validation:
    case FailureClass::refused: return in_a_row > 3 ? kDay : ladder(Seconds{60}, 10, in_a_row, kDay);
    case FailureClass::rate_limited: return kHour;
    case FailureClass::configuration:
    case FailureClass::wrong_answer: return kDay;
  }
  return kDay;
}

/// No certificate is so near its end that it is worth asking more often; one of seconds is.
Seconds shortest_step(std::optional<Seconds> lifetime) {
  return lifetime ? std::clamp(*lifetime / 50, Seconds{1}, Seconds{10}) : Seconds{1};
}

/// The longest step that a certificate with so much lifetime left can afford.
Seconds affordable(Seconds left) {
  if (left <= kHour) return std::min(Seconds{300}, std::max(left / 10, left.count() > 0 ? Seconds{1} : Seconds{300}));
  if (left <= kDay) return std::min(kHour, left / 10);
  return left / 10;
}

/// No limit of a CA lasts longer than a week: beyond that it means no more than "later".
Seconds believed(Seconds retry_after) { return retry_after < kLongestHold ? retry_after : kHour; }

}  // namespace

FailureClass classify(const Error& error) {
  if (error.problem_type == "rateLimited") return FailureClass::rate_limited;
  switch (error.kind) {
    case ErrorKind::configuration: return FailureClass::configuration;
    case ErrorKind::verification:
      return error.problem_type == "dates" ? FailureClass::passing : FailureClass::wrong_answer;
    case ErrorKind::validation: return FailureClass::validation;
    case ErrorKind::problem:
      return error.problem_type == "serverInternal" || error.http_status / 100 == 5 ? FailureClass::passing
                                                                                    : FailureClass::refused;
    case ErrorKind::malformed:  // what is stored here; what a CA sent is a server_error
    case ErrorKind::crypto:
    case ErrorKind::io:
    case ErrorKind::permission:
    case ErrorKind::not_found: return FailureClass::local;
    default: return FailureClass::passing;
  }
}

const char* failure_class_name(FailureClass failure) {
  constexpr std::array names{"passing",     "local",         "validation", "refused",
                             "rateLimited", "configuration", "wrongAnswer"};
  return names[static_cast<std::size_t>(failure)];
}

Seconds retry_delay(const Failure& failure, double chance) {
  // Exactly what the CA says: not longer, not shorter, not varied. Only one whose "now" is never true is asked no more
  // than once a minute.
  if (failure.type == FailureClass::rate_limited) {
    const Seconds least = failure.in_a_row > 2 ? ladder(Seconds{10}, 3, failure.in_a_row - 2, kMinute) : Seconds{1};
    return std::max(believed(failure.retry_after.value_or(kHour)), least);
  }
  const bool daily = failure.type == FailureClass::configuration || failure.type == FailureClass::wrong_answer;
  const FailureClass type = daily && failure.tries_others ? FailureClass::validation : failure.type;
  Seconds delay = base_delay(type, std::max(failure.in_a_row, 1U));
  delay = Seconds{static_cast<std::int64_t>(static_cast<double>(delay.count()) * (0.8 + 0.4 * chance))};
  if (failure.lifetime_left) {
    delay = std::min(delay, std::max(affordable(*failure.lifetime_left), shortest_step(failure.lifetime)));
  }
  // A front end that is out of order says anything: that must not hold a certificate for a week.
  if (failure.retry_after) delay = std::max(delay, std::min(believed(*failure.retry_after), kDay));
  return std::clamp(delay, Seconds{1}, kLongestHold);
}

Seconds catch_up_delay(Seconds outage, std::optional<Seconds> lifetime_left, double chance) {
  if (!lifetime_left) return Seconds{0};
  const Seconds longest = std::min(outage, affordable(*lifetime_left));
  return Seconds{static_cast<std::int64_t>(static_cast<double>(longest.count()) * chance)};
}

}  // namespace acme
