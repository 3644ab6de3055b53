// What becomes of a CA's renewal information (RFC 9773 §4.2, §4.3): the moment drawn inside a suggested window,
// and when to ask again. Pure.
#pragma once

#include <optional>

#include "common/base/time.hpp"
#include "common/renew/schedule.hpp"

namespace acme {

struct TimeWindow {
  UtcTime start;
  UtcTime end;
  bool operator==(const TimeWindow&) const = default;
};

/// A window that is no answer: it ends before it starts, or when the certificate has expired already.
bool is_usable(const TimeWindow& window, const Validity& validity);

/// Uniform inside the window, by `chance` in [0, 1).
UtcTime draw(const TimeWindow& window, double chance);

/// How long until the CA is asked again: its Retry-After between a minute and a day, else 6 hours, varied by a tenth
/// upwards.
Seconds poll_pause(std::optional<Seconds> retry_after, double chance);
/// The same after a poll that failed: an hour or two.
Seconds failed_poll_pause(std::optional<Seconds> retry_after, double chance);
/// The same for a CA that gives no renewal information: a week, and each new certificate asks anew.
Seconds no_answer_poll_pause(double chance);
/// From the moment at which a certificate is there to the first question: a few seconds.
Seconds first_poll_pause(double chance);
/// A stored moment of the next poll that no rule here could have chosen: the clock was set.
bool is_plausible_poll(UtcTime next_poll, UtcTime now);

}  // namespace acme
