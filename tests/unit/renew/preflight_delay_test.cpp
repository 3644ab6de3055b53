#include "common/renew/preflight_delay.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;

namespace {

PreflightFacts facts(std::uint32_t delays) {
  PreflightFacts made;
  made.now = UtcTime{Seconds{1'800'000'000}};
  made.delays = delays;
  return made;
}

PreflightFacts renewal(Seconds left, Seconds lifetime, std::uint32_t delays = 0) {
  PreflightFacts made = facts(delays);
  made.left = left;
  made.lifetime = lifetime;
  return made;
}

}  // namespace

static void three_delays_and_no_more() {
  CHECK(preflight_delay(facts(0)) == Seconds{10min});
  CHECK(preflight_delay(facts(1)) == Seconds{30min});
  CHECK(preflight_delay(facts(2)) == Seconds{2h});
  CHECK(!preflight_delay(facts(3)));
  CHECK(!preflight_delay(facts(4'000'000'000U)));
}

static void a_certificate_never_runs_out_for_it() {
  CHECK(preflight_delay(renewal(30 * 24h, 90 * 24h)) == Seconds{10min});
  CHECK(!preflight_delay(renewal(17 * 24h, 90 * 24h)));
  CHECK(!preflight_delay(renewal(-1h, 90 * 24h)));
  CHECK(preflight_delay(renewal(20min, 1h)) == Seconds{2min});
  CHECK(preflight_delay(renewal(20s, 60s, 2)) == Seconds{2s});
}

static void after_a_day_it_is_ordered() {
  PreflightFacts old = facts(1);
  old.since = old.now - 23h;
  CHECK(preflight_delay(old).has_value());
  old.since = old.now - 24h;
  CHECK(!preflight_delay(old));
}

static void an_operator_and_experience_know_better() {
  PreflightFacts asked = facts(0);
  asked.operators_word = true;
  CHECK(!preflight_delay(asked));
  PreflightFacts misled = facts(0);
  misled.misled = true;
  CHECK(!preflight_delay(misled));
}

int main() {
  return acme_test::run("preflight_delay",
                        {ACME_TEST(three_delays_and_no_more), ACME_TEST(a_certificate_never_runs_out_for_it),
                         ACME_TEST(after_a_day_it_is_ordered), ACME_TEST(an_operator_and_experience_know_better)});
}
