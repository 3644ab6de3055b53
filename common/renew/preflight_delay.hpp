// How long an order waits when its names were seen not to lead to this server (preflight): a while, never for ever, for
// what is seen from the server itself may be wrong. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "common/base/time.hpp"

namespace acme {

struct PreflightFacts {
  UtcTime now;
  std::uint32_t delays = 0;         // so far, for this order
  std::optional<UtcTime> since;     // the first of them
  std::optional<Seconds> left;      // of the current certificate's lifetime; nullopt: there is none
  std::optional<Seconds> lifetime;  // of the current certificate
  bool misled = false;              // an order went well before though the same was seen
  bool operators_word = false;      // an operator wants a try now
};

/// 10 minutes, 30 minutes, 2 hours, each at most a tenth of the lifetime left. nullopt, order now: after three delays
/// or a day of them, with less than a fifth of the lifetime left, after it misled, and by an operator's word.
std::optional<Seconds> preflight_delay(const PreflightFacts& facts);

inline constexpr Seconds kLongestPreflightDelay = std::chrono::hours{2};

}  // namespace acme
