#include "common/renew/planned_load.hpp"

#include <vector>

#include "tests/check.hpp"

using namespace acme;
using std::chrono::hours;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};  // a full hour
const TimeWindow kWindow{kNow + hours{10}, kNow + hours{20}};

constexpr Seconds kLong = std::chrono::days{90};

PlannedLoad::Renewal at_hour(int hour) { return {kNow + hours{hour}, kLong}; }

/// One after the other; the last again and again.
std::function<double()> chances(std::vector<double> values) {
  return [values = std::move(values), next = std::size_t{0}]() mutable {
    return values[next + 1 < values.size() ? next++ : values.size() - 1];
  };
}

}  // namespace

static void an_idle_hour_is_drawn_once() {
  PlannedLoad load;
  int drawn = 0;
  const auto chance = [&] {
    ++drawn;
    return 0.37;
  };
  CHECK(load.draw_quiet(kWindow, kNow, chance) == kNow + Seconds{49320});
  // One beside it is no reason to draw again.
  load.add(at_hour(13));
  CHECK(load.draw_quiet(kWindow, kNow, chance) == kNow + Seconds{49320});
  CHECK_EQ(drawn, 2);
}

static void a_busy_hour_is_drawn_again() {
  PlannedLoad load;
  for (int i = 0; i < 4; ++i) load.add(at_hour(15));
  for (int i = 0; i < 3; ++i) load.add(at_hour(17));
  // 15:00 has four, 17:00 three; nothing quieter comes up.
  CHECK(load.draw_quiet(kWindow, kNow, chances({0.5, 0.7, 0.5})) == kNow + hours{17});
  // The first that is quiet enough.
  CHECK(load.draw_quiet(kWindow, kNow, chances({0.5, 0.7, 0.8, 0.9})) == kNow + hours{18});
  load.remove(at_hour(17));
  load.remove(at_hour(17));
  CHECK_EQ(load.at(kNow + hours{17}), 1U);
  CHECK(load.draw_quiet(kWindow, kNow, chances({0.5, 0.7, 0.8, 0.9})) == kNow + hours{17});
}

static void the_fair_share_is_by_lifetime() {
  PlannedLoad load;
  for (int i = 0; i < 100; ++i) load.add({kNow + hours{15}, hours{30}});
  CHECK(load.fair_share() > 4.99 && load.fair_share() < 5.01);
  load.add({kNow, hours{1}});
  CHECK(load.fair_share() > 6.49 && load.fair_share() < 6.51);
  load.remove({kNow, hours{1}});
  for (int i = 0; i < 100; ++i) load.remove({kNow + hours{15}, hours{30}});
  CHECK(load.fair_share() == 0.0);
}

static void what_is_past_counts_as_now() {
  PlannedLoad load;
  load.add(at_hour(15));
  load.add(at_hour(15));
  const auto late = kNow + hours{15} + Seconds{10};
  // 12:00 would be done at 15:00:10, for which two are planned already.
  CHECK(load.draw_quiet(kWindow, late, chances({0.2, 0.9})) == kNow + hours{19});
  // An empty hour of the past is not quiet.
  CHECK(load.draw_quiet(kWindow, late, chances({0.2, 0.1})) == kNow + hours{12});
}

static void a_thousand_fill_a_window_evenly() {
  PlannedLoad load;
  unsigned state = 7;
  const auto chance = [&] {
    state = state * 1664525U + 1013904223U;
    return static_cast<double>(state >> 8U) / (1U << 24U);
  };
  for (int i = 0; i < 1000; ++i) load.add({load.draw_quiet(kWindow, kNow, chance), kLong});
  for (int i = 10; i < 20; ++i) CHECK(load.at(kNow + hours{i}) > 90 && load.at(kNow + hours{i}) < 110);
}

static void removing_what_was_never_added_is_nothing() {
  PlannedLoad load;
  load.remove(at_hour(15));
  CHECK_EQ(load.at(kNow + hours{15}), 0U);
  CHECK(load.fair_share() == 0.0);
}

int main() {
  return acme_test::run(
      "planned_load",
      {ACME_TEST(an_idle_hour_is_drawn_once), ACME_TEST(a_busy_hour_is_drawn_again),
       ACME_TEST(the_fair_share_is_by_lifetime), ACME_TEST(what_is_past_counts_as_now),
       ACME_TEST(a_thousand_fill_a_window_evenly), ACME_TEST(removing_what_was_never_added_is_nothing)});
}
