#include "common/renew/preflight_delay.hpp"

#include <algorithm>
#include <array>

namespace acme {

namespace {

constexpr std::array<Seconds, 3> kDelays{Seconds{600}, Seconds{1800}, kLongestPreflightDelay};
constexpr Seconds kDay = std::chrono::hours{24};

}  // namespace

std::optional<Seconds> preflight_delay(const PreflightFacts& facts) {
  if (facts.operators_word || facts.misled || facts.delays >= kDelays.size()) return std::nullopt;
  if (facts.since && facts.now - *facts.since >= kDay) return std::nullopt;
  const Seconds delay = kDelays[facts.delays];
  if (!facts.left || !facts.lifetime) return delay;
  if (*facts.left < *facts.lifetime / 5) return std::nullopt;
  return std::min(delay, *facts.left / 10);
}

}  // namespace acme
