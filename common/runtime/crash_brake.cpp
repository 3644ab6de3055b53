#include "common/runtime/crash_brake.hpp"

#include <algorithm>

namespace acme {

namespace {

constexpr Seconds kMinute{60};
constexpr Seconds kFirstBrake{10};
constexpr Seconds kLongestBrake{3600};

Seconds brake_after(int crashes) {
  if (crashes < 2) return Seconds{0};
  return std::min(kFirstBrake * (1 << std::min(crashes - 2, 10)), kLongestBrake);
}

/// Crashes in a row: starts that no stop followed, each within a minute, beside its own brake, of the next.
struct CrashCount {
  int crashes = 0;
  bool running = false;
  UtcTime since{};

  void start(UtcTime time) {
    const bool at_once = running && time >= since && time - since <= kMinute + brake_after(crashes);
    crashes = at_once ? crashes + 1 : 0;
    running = true;
    since = time;
  }
};

}  // namespace

Seconds crash_brake(const Ledger& ledger, UtcTime now) {
  CrashCount count;
  for (const auto& entry : ledger.entries()) {
    if (entry.event == LedgerEvent::engine_stop) count.running = false;
    if (entry.event == LedgerEvent::engine_start) count.start(entry.time);
  }
  count.start(now);
  return brake_after(count.crashes);
}

}  // namespace acme
