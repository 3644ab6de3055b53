#include "common/runtime/crash_brake.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace acme {

namespace {

constexpr Seconds kMinute{60};
constexpr Seconds kFirstBrake{10};
constexpr Seconds kLongestBrake{3600};
constexpr Seconds kDay{86400};

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

std::map<std::string, UtcTime> crashed_the_engine(const Ledger& ledger, UtcTime now) {
  constexpr std::size_t crashes = 3;
  std::set<std::string> under_way;
  std::map<std::string, std::vector<UtcTime>> crashed;
  for (const auto& entry : ledger.entries()) {
    if (entry.event == LedgerEvent::attempt) under_way.insert(entry.subject);
    if (entry.event == LedgerEvent::attempt_end) under_way.erase(entry.subject);
    if (entry.event == LedgerEvent::engine_stop) under_way.clear();
    if (entry.event != LedgerEvent::engine_start) continue;
    for (const auto& id : under_way) crashed[id].push_back(entry.time);
    under_way.clear();
  }
  std::map<std::string, UtcTime> found;
  for (const auto& [id, times] : crashed) {
    if (times.size() < crashes) continue;
    const UtcTime last = times.back();
    const UtcTime first = times[times.size() - crashes];
    if (last - first <= kDay && last <= now && now < last + kDay) found[id] = last;
  }
  return found;
}

Seconds aside_after_crashes(std::optional<Seconds> lifetime) { return lifetime ? std::min(kDay, *lifetime / 8) : kDay; }

}  // namespace acme
