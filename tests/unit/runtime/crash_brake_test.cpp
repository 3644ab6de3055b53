#include "common/runtime/crash_brake.hpp"

#include <vector>

#include "tests/check.hpp"
#include "tests/fakes/memory_ledger.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr UtcTime kBegin{Seconds{1767225600}};

MemoryLedger ledger_of(const std::vector<std::pair<int, LedgerEvent>>& events) {
  MemoryLedger ledger;
  for (const auto& [second, event] : events) {
    LedgerEntry entry;
    entry.time = kBegin + Seconds{second};
    entry.event = event;
    CHECK_OK(ledger.append(entry));
  }
  return ledger;
}

}  // namespace

static void the_brake_follows_unexpected_ends_only() {
  constexpr auto kStart = LedgerEvent::engine_start;
  constexpr auto kStop = LedgerEvent::engine_stop;
  struct Row {
    std::vector<std::pair<int, LedgerEvent>> events;
    int now;
    int brake;
  };
  const Row rows[] = {
      {{}, 0, 0},
      {{{0, kStart}}, 5, 0},                                             // the second start
      {{{0, kStart}, {5, kStart}}, 10, 10},                              // the third within a minute
      {{{0, kStart}, {5, kStart}, {10, kStart}}, 21, 20},                // doubling
      {{{0, kStart}, {5, kStart}, {10, kStart}, {21, kStart}}, 42, 40},  //
      {{{0, kStart}, {5, kStop}, {6, kStart}, {9, kStop}, {10, kStart}, {11, kStop}}, 12, 0},  // reloads
      {{{0, kStart}, {5, kStart}, {10, kStop}}, 11, 0},
      {{{0, kStart}, {5, kStart}, {10, kStart}}, 5000, 0},                 // the last one lived long
      {{{0, kStart}, {5, kStart}, {10, LedgerEvent::new_order}}, 11, 10},  // other entries count nothing
      {{{100, kStart}, {105, kStart}, {110, kStart}}, 0, 0},               // the clock was set back
  };
  for (const auto& row : rows) {
    const MemoryLedger ledger = ledger_of(row.events);
    CHECK_EQ(crash_brake(ledger, kBegin + Seconds{row.now}).count(), row.brake);
  }
}

static void an_endless_crash_loop_comes_to_one_start_an_hour() {
  MemoryLedger ledger;
  UtcTime now = kBegin;
  Seconds last{0};
  for (int i = 0; i < 40; ++i) {
    const Seconds brake = crash_brake(ledger, now);
    CHECK(brake >= last);
    last = brake;
    LedgerEntry entry;
    entry.time = now;
    CHECK_OK(ledger.append(entry));
    now += brake + Seconds{3};
  }
  CHECK_EQ(last.count(), 3600);
}

int main() {
  return acme_test::run("crash_brake", {ACME_TEST(the_brake_follows_unexpected_ends_only),
                                        ACME_TEST(an_endless_crash_loop_comes_to_one_start_an_hour)});
}
