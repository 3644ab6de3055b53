#include "common/runtime/engine.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

using Answer = SimulatedCa::Answer;
using std::chrono::days;

void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

/// Lines of at least this weight.
std::size_t loud(const EngineWorld& world) {
  return world.log.count(LogLevel::warn) + world.log.count(LogLevel::error);
}

/// The least lifetime left that any certificate ever has while `duration` passes.
Seconds least_left(EngineWorld& world, Duration duration, Duration step) {
  Seconds least = days{1000};
  for (Duration passed{0}; passed < duration; passed += step) {
    world.pass(step);
    for (const auto& config : world.configuration.certificates) {
      const auto current = world.current(config.id);
      least = std::min(least, current ? current->meta.not_after - world.clock.now() : Seconds{-1});
    }
  }
  return least;
}

void refuse_all(SimulatedCa& ca) {
  ca.instead = [](CaRequest) -> std::optional<Answer> { return no_answer(); };
}

std::vector<UtcTime>::difference_type within(const std::vector<UtcTime>& times, UtcTime from, Seconds span) {
  return std::count_if(times.begin(), times.end(), [&](UtcTime time) { return time >= from && time < from + span; });
}

}  // namespace

static void a_year_of_ninety_days_lets_none_expire() {
  EngineWorld world;
  for (int i = 0; i < 50; ++i) world.add_certificate(cat("n", i, ".test"));
  world.ca().finalize_at_once = true;
  world.start();
  reach(world, 1, 1min);
  const Seconds least = least_left(world, days{365}, days{5});
  CHECK(least >= days{24});
  const auto orders = world.ca().records().orders.size();
  CHECK(orders >= 50 * 6 && orders <= 50 * 7);
  CHECK_EQ(world.ca().records().accounts.size(), 1U);
  CHECK_EQ(loud(world), 0U);
}

static void months_of_six_days_let_none_expire() {
  EngineWorld world;
  for (int i = 0; i < 10; ++i) world.add_certificate(cat("n", i, ".test"));
  world.ca().finalize_at_once = true;
  world.ca().issue.lifetime = days{6};
  world.ca().backdated = 1h;
  world.start();
  reach(world, 1, 1min);
  CHECK(least_left(world, days{60}, 12h) >= days{2});
  const auto orders = world.ca().records().orders.size();
  CHECK(orders >= 10 * 19 && orders <= 10 * 23);
}

static void two_key_types_are_renewed_as_one() {
  EngineWorld world;
  const auto ecdsa = world.add_certificate("a.test");
  const auto rsa = world.add_certificate("a.test", "ca", KeyType{KeyAlgorithm::rsa, 2048});
  world.start();
  reach(world, 1, 1min);
  for (std::uint64_t version = 2; version < 6; ++version) {
    reach(world, version, days{80});
    const Seconds apart = world.current(ecdsa)->meta.issued_at - world.current(rsa)->meta.issued_at;
    CHECK(std::chrono::abs(apart) <= 1min);
  }
  CHECK_EQ(world.ca().records().orders.size(), 10U);
}

static void half_a_minute_is_renewed_in_time() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().issue.lifetime = 30s;
  world.start();
  reach(world, 1, 5s);
  CHECK(least_left(world, 10min, 1s) >= 10s);
  CHECK(world.ca().records().orders.size() <= 45);
  // Born due: dated back by more than half of what it lives.
  EngineWorld early;
  early.add_certificate("a.test");
  early.ca().issue.lifetime = 1h;
  early.ca().backdated = 50min;
  early.start();
  early.pass(1h);
  CHECK(early.ca().records().orders.size() <= 32);
}

static void a_dead_ca_is_one_line_and_got_over() {
  EngineWorld world;
  world.add_ca("other");
  for (int i = 0; i < 30; ++i) world.add_certificate(cat("n", i, ".test"));
  world.add_certificate("else.test", "other");
  refuse_all(world.ca());
  world.start();
  world.pass(5s);
  CHECK_EQ(loud(world), 1U);
  CHECK_EQ(world.engine().versions().size(), 1U);
  world.pass(36h);
  CHECK(loud(world) <= 50);
  CHECK(world.ca().requests() <= 100);
  world.ca().instead = nullptr;
  reach(world, 1, 80min);
}

static void a_ca_that_dies_after_start_is_one_line_too() {
  for (const bool with_answer : {false, true}) {
    EngineWorld world;
    for (int i = 0; i < 30; ++i) world.add_certificate(cat("n", i, ".test"));
    world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
      if (kind != CaRequest::new_order) return std::nullopt;
      if (with_answer) return html(503);
      return no_answer();
    };
    world.start();
    world.pass(7s);
    CHECK_EQ(loud(world), 1U);
    CHECK(world.ca().count(CaRequest::new_order) <= 16);
    world.ca().instead = nullptr;
    reach(world, 1, 2min);
  }
}

static void an_outage_of_a_day_and_a_half_lets_none_expire() {
  EngineWorld world;
  for (int i = 0; i < 10; ++i) world.add_certificate(cat("n", i, ".test"));
  world.ca().issue.lifetime = days{6};
  world.start();
  reach(world, 1, 1min);
  world.pass(days{2} + 20h);
  refuse_all(world.ca());
  world.pass(36h);
  world.ca().instead = nullptr;
  CHECK(least_left(world, days{1}, 1h) > 0s);
  reach(world, 2, 1h);
}

static void a_short_life_does_not_wait_for_a_long_pause() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().issue.lifetime = 2h;
  world.start();
  reach(world, 1, 1min);
  world.pass(50min);
  refuse_all(world.ca());
  world.pass(65min);
  world.ca().instead = nullptr;
  reach(world, 2, 5min);
  CHECK(world.current(world.configuration.certificates[0].id)->meta.not_before < world.clock.now() + 1s);
}

static void the_back_off_outlives_the_engine() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().bad_names = {{"a.test", "connection"}};
  world.start();
  world.pass(13min);
  const auto before = world.state(id);
  CHECK_EQ(before.failures, 3U);
  const auto orders = world.ca().records().orders.size();
  // A respawn, or a reload of our own, tries no earlier.
  world.start(false);
  world.pass(70min);
  CHECK_EQ(world.ca().records().orders.size(), orders);
  CHECK(world.state(id).next_try == before.next_try);
  world.pass(1h);
  CHECK_EQ(world.ca().records().orders.size(), orders + 1);
  // A day later at the earliest; an operator's load tries at once.
  world.pass(2h);
  world.start(true);
  world.pass(5s);
  CHECK_EQ(world.ca().records().orders.size(), orders + 2);
  CHECK_EQ(world.state(id).failures, 5U);
}

static void an_operator_who_reloads_often_is_told_when() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().bad_names = {{"a.test", "connection"}};
  for (int i = 0; i < 10; ++i) {
    world.start(true);
    world.pass(20s);
  }
  CHECK_EQ(world.ca().records().failed_validations.size(), 3U);
  CHECK(world.log.has("not tried now but at 2026-01-01"));
  // What only ended for another reason is tried at every load.
  EngineWorld terms;
  terms.add_certificate("a.test");
  terms.ca().terms = "https://ca.test/terms";
  terms.start();
  terms.pass(10s);
  CHECK(terms.log.has("accept_terms_of_service"));
  CHECK_EQ(terms.log.count(LogLevel::error), 1U);
  terms.issuer().accept_terms_of_service = true;
  terms.start();
  reach(terms, 1, 5s);
}

static void a_name_never_fails_more_than_five_times_an_hour() {
  EngineWorld world;
  world.add_certificate("a.test", "ca", {KeyAlgorithm::ecdsa, 256});
  world.add_certificate("a.test", "ca", {KeyAlgorithm::ecdsa, 384});
  world.add_certificate("a.test b.test");
  world.ca().issue.lifetime = 2h;
  world.start();
  reach(world, 1, 1min);
  world.ca().bad_names = {{"a.test", "dns"}};
  for (int i = 0; i < 200; ++i) {
    world.start(true);
    world.pass(73s);
  }
  world.pass(3h);
  const auto& failed = world.ca().records().failed_validations;
  CHECK(failed.size() >= 10);
  for (const UtcTime from : failed) CHECK(within(failed, from, 1h) <= 5);
}

static void held_by_the_ca_means_held() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    auto answer = problem_answer(429, "rateLimited", "too many");
    answer.headers.emplace_back("retry-after", "7200");
    return answer;
  };
  for (int i = 0; i < 5; ++i) {
    world.start(true);
    world.pass(10min);
  }
  CHECK_EQ(world.ca().count(CaRequest::new_order), 1);
  CHECK(world.log.has("the CA set the time"));
  CHECK(world.state(id).held_by_ca);
}

static void a_rate_limited_account_holds_all_to_the_second() {
  EngineWorld world;
  for (int i = 0; i < 40; ++i) world.add_certificate(cat("n", i, ".test"));
  const UtcTime free = world.clock.now() + 3h;
  std::vector<UtcTime> asked;
  world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_account) return std::nullopt;
    asked.push_back(world.clock.now());
    if (world.clock.now() >= free) return std::nullopt;
    auto answer = problem_answer(429, "rateLimited", "too many accounts");
    answer.headers.emplace_back("retry-after", cat((free - world.clock.now()).count()));
    return answer;
  };
  world.start();
  reach(world, 1, 4h);
  CHECK_EQ(asked.size(), 2U);
  CHECK(asked[1] - free <= 1s);
  CHECK_EQ(loud(world), 1U);
}

static void stop_ends_what_is_under_way_and_starts_nothing() {
  EngineWorld world;
  for (int i = 0; i < 40; ++i) world.add_certificate(cat("n", i, ".test"));
  world.ca().validation_takes = 10s;
  world.start();
  world.pass(1s);
  world.engine().stop();
  world.pass(1min);
  const auto orders = world.ca().records().orders.size();
  CHECK(orders >= 1 && orders <= 16);
  CHECK_EQ(world.engine().versions().size(), orders);
}

static void an_unreadable_certificate_is_not_ordered_again() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.start();
  reach(world, 1, 5s);
  world.store.fail_always("load_certificate", {ErrorKind::io, "Too many open files"});
  world.start();
  world.pass(2h);
  CHECK_EQ(world.ca().records().orders.size(), 1U);
  world.store.fail_no_more();
  world.pass(1h);
  CHECK_EQ(world.engine().versions().size(), 1U);
  CHECK_EQ(world.store.versions(id), 1U);
  // One that is damaged for good is replaced, and that is told.
  world.store.fail_next("load_certificate", {ErrorKind::malformed, "no PEM"});
  world.start();
  world.pass(10s);
  CHECK(world.log.has("no PEM"));
  CHECK_EQ(world.store.versions(id), 2U);
}

static void a_clock_that_jumps_costs_nothing() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.start();
  reach(world, 1, 5s);
  const UtcTime before = world.clock.now();
  world.clock.set_wall(before - days{400});
  world.pass(3h);
  world.clock.set_wall(before + 3h);
  world.pass(days{1});
  CHECK_EQ(world.ca().records().orders.size(), 1U);
  CHECK_EQ(world.state(id).failures, 0U);
}

/// Wrong when it wakes, and right again before anybody compares the clocks.
static void a_wrong_clock_for_a_while_is_not_slept_over() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().issue.lifetime = 6h;
  world.start();
  reach(world, 1, 5s);
  world.pass(2h + 1min);
  const UtcTime before = world.clock.now();
  world.clock.set_wall(before - days{32});
  world.pass(58min);
  world.clock.set_wall(before + 58min);
  reach(world, 2, 2h);
}

int main() {
  return acme_test::run(
      "engine", {ACME_TEST(a_year_of_ninety_days_lets_none_expire), ACME_TEST(months_of_six_days_let_none_expire),
                 ACME_TEST(two_key_types_are_renewed_as_one), ACME_TEST(half_a_minute_is_renewed_in_time),
                 ACME_TEST(a_dead_ca_is_one_line_and_got_over), ACME_TEST(a_ca_that_dies_after_start_is_one_line_too),
                 ACME_TEST(an_outage_of_a_day_and_a_half_lets_none_expire),
                 ACME_TEST(a_short_life_does_not_wait_for_a_long_pause), ACME_TEST(the_back_off_outlives_the_engine),
                 ACME_TEST(an_operator_who_reloads_often_is_told_when),
                 ACME_TEST(a_name_never_fails_more_than_five_times_an_hour), ACME_TEST(held_by_the_ca_means_held),
                 ACME_TEST(a_rate_limited_account_holds_all_to_the_second),
                 ACME_TEST(stop_ends_what_is_under_way_and_starts_nothing),
                 ACME_TEST(an_unreadable_certificate_is_not_ordered_again), ACME_TEST(a_clock_that_jumps_costs_nothing),
                 ACME_TEST(a_wrong_clock_for_a_while_is_not_slept_over)});
}
