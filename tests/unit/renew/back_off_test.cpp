#include "common/renew/back_off.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

std::int64_t delay(FailureClass type, std::uint32_t in_a_row, double chance = 0.5) {
  Failure failure;
  failure.type = type;
  failure.in_a_row = in_a_row;
  return retry_delay(failure, chance).count();
}

std::int64_t delay_with_left(FailureClass type, std::uint32_t in_a_row, Seconds left) {
  Failure failure;
  failure.type = type;
  failure.in_a_row = in_a_row;
  failure.lifetime_left = left;
  return retry_delay(failure, 0.5).count();
}

}  // namespace

static void validations_climb_the_ladder_and_stay_daily() {
  CHECK_EQ(delay(FailureClass::validation, 1), 60);
  CHECK_EQ(delay(FailureClass::validation, 2), 600);
  CHECK_EQ(delay(FailureClass::validation, 3), 6000);
  CHECK_EQ(delay(FailureClass::validation, 4), 86400);
  CHECK_EQ(delay(FailureClass::validation, 4000000000U), 86400);
}

static void passing_failures_are_tried_again_fast() {
  CHECK_EQ(delay(FailureClass::passing, 1), 10);
  CHECK_EQ(delay(FailureClass::passing, 2), 30);
  CHECK_EQ(delay(FailureClass::passing, 100), 3600);
  CHECK_EQ(delay(FailureClass::local, 100), 600);
}

static void delays_vary_by_a_fifth() {
  CHECK_EQ(delay(FailureClass::validation, 1, 0.0), 48);
  CHECK(delay(FailureClass::validation, 1, 0.999) <= 72);
  CHECK(delay(FailureClass::validation, 1, 0.999) > 70);
}

static void the_cas_word_is_kept_to_the_second() {
  Failure failure;
  failure.type = FailureClass::rate_limited;
  failure.retry_after = Seconds{12345};
  CHECK_EQ(retry_delay(failure, 0.0).count(), 12345);
  failure.lifetime_left = Seconds{100};
  CHECK_EQ(retry_delay(failure, 0.9).count(), 12345);
  failure.retry_after = std::chrono::days{7};
  CHECK_EQ(retry_delay(failure, 0.9).count(), 7 * 86400);
  failure.retry_after.reset();
  CHECK_EQ(retry_delay(failure, 0.9).count(), 3600);
}

/// Limits last a week: what lies beyond is no reason to let a certificate expire.
static void a_word_that_no_ca_means_is_not_kept() {
  Failure failure;
  failure.type = FailureClass::rate_limited;
  failure.retry_after = std::chrono::days{8};  // what parse_retry_after() makes of any more
  CHECK_EQ(retry_delay(failure, 0.9).count(), 3600);
  failure.lifetime_left = Seconds{100};
  CHECK_EQ(retry_delay(failure, 0.9).count(), 3600);
  failure.type = FailureClass::passing;
  CHECK_EQ(retry_delay(failure, 0.9).count(), 3600);
}

static void a_retry_after_lengthens_any_other_delay() {
  Failure failure;
  failure.type = FailureClass::passing;
  failure.retry_after = Seconds{500};
  CHECK_EQ(retry_delay(failure, 0.5).count(), 500);
  failure.retry_after = std::chrono::days{7};
  CHECK_EQ(retry_delay(failure, 0.5).count(), 86400);
}

static void no_delay_outlives_a_tenth_of_what_is_left() {
  CHECK_EQ(delay_with_left(FailureClass::configuration, 1, std::chrono::days{5}), 5 * 8640);
  CHECK_EQ(delay_with_left(FailureClass::configuration, 1, Seconds{80000}), 3600);
  CHECK_EQ(delay_with_left(FailureClass::configuration, 1, Seconds{20000}), 2000);
  CHECK_EQ(delay_with_left(FailureClass::configuration, 1, Seconds{3000}), 300);
  CHECK_EQ(delay_with_left(FailureClass::validation, 1, Seconds{15}), 1);
  CHECK_EQ(delay_with_left(FailureClass::configuration, 9, Seconds{-100}), 300);
}

static void the_last_minutes_are_no_hammering() {
  const auto delay = [](Seconds left, Seconds lifetime) {
    Failure failure;
    failure.in_a_row = 9;
    failure.lifetime_left = left;
    failure.lifetime = lifetime;
    return retry_delay(failure, 0.5).count();
  };
  CHECK_EQ(delay(Seconds{200}, std::chrono::days{90}), 20);
  CHECK_EQ(delay(Seconds{60}, std::chrono::days{90}), 10);
  CHECK_EQ(delay(Seconds{1}, std::chrono::days{90}), 10);
  CHECK_EQ(delay(Seconds{20}, Seconds{200}), 4);
  CHECK_EQ(delay(Seconds{5}, Seconds{30}), 1);
  CHECK_EQ(delay(Seconds{-1}, Seconds{30}), 300);
}

static void what_an_outage_held_up_is_spread() {
  const auto delay = [](Seconds outage, std::optional<Seconds> left, double chance) {
    return catch_up_delay(outage, left, chance).count();
  };
  CHECK_EQ(delay(Seconds{7200}, Seconds{30 * 86400}, 0.5), 3600);
  CHECK_EQ(delay(Seconds{7200}, Seconds{30 * 86400}, 0.0), 0);
  // A tenth of what is left; in the last day an hour, in the last hour five minutes.
  CHECK_EQ(delay(Seconds{5 * 86400}, Seconds{2 * 86400}, 0.5), 8640);
  CHECK_EQ(delay(Seconds{5 * 86400}, Seconds{80000}, 0.5), 1800);
  CHECK_EQ(delay(Seconds{5 * 86400}, Seconds{3600}, 0.5), 150);
  CHECK_EQ(delay(Seconds{5 * 86400}, Seconds{-7}, 0.5), 150);
  CHECK_EQ(delay(Seconds{0}, Seconds{86400}, 0.9), 0);
  // Who has no certificate waits for nobody.
  CHECK_EQ(delay(Seconds{7200}, std::nullopt, 0.9), 0);
}

static void never_shorter_than_a_second() {
  Failure failure;
  failure.type = FailureClass::rate_limited;
  failure.retry_after = Seconds{0};
  CHECK_EQ(retry_delay(failure, 0.0).count(), 1);
}

static void a_limit_that_is_never_over_is_not_asked_every_second() {
  Failure failure;
  failure.type = FailureClass::rate_limited;
  failure.retry_after = Seconds{0};
  const auto nth = [&](std::uint32_t in_a_row) {
    failure.in_a_row = in_a_row;
    return retry_delay(failure, 0.0).count();
  };
  CHECK_EQ(nth(2), 1);
  CHECK_EQ(nth(3), 10);
  CHECK_EQ(nth(4), 30);
  CHECK_EQ(nth(5), 60);
  CHECK_EQ(nth(4000000000U), 60);
  failure.retry_after = Seconds{70};
  CHECK_EQ(nth(9), 70);
}

static void errors_are_classed_by_what_helps() {
  Error limited{ErrorKind::problem, ""};
  limited.problem_type = "rateLimited";
  CHECK(classify(limited) == FailureClass::rate_limited);
  CHECK(classify(Error{ErrorKind::transport, ""}) == FailureClass::passing);
  CHECK(classify(Error{ErrorKind::server_error, ""}) == FailureClass::passing);
  CHECK(classify(Error{ErrorKind::validation, ""}) == FailureClass::validation);
  CHECK(classify(Error{ErrorKind::configuration, ""}) == FailureClass::configuration);
  CHECK(classify(Error{ErrorKind::io, ""}) == FailureClass::local);
  CHECK(classify(Error{ErrorKind::problem, ""}) == FailureClass::refused);
  Error internal{ErrorKind::problem, ""};
  internal.problem_type = "serverInternal";
  CHECK(classify(internal) == FailureClass::passing);
  Error other{ErrorKind::verification, ""};
  CHECK(classify(other) == FailureClass::wrong_answer);
  other.problem_type = "dates";
  CHECK(classify(other) == FailureClass::passing);
}

int main() {
  return acme_test::run(
      "back_off",
      {ACME_TEST(validations_climb_the_ladder_and_stay_daily), ACME_TEST(passing_failures_are_tried_again_fast),
       ACME_TEST(delays_vary_by_a_fifth), ACME_TEST(the_cas_word_is_kept_to_the_second),
       ACME_TEST(a_word_that_no_ca_means_is_not_kept), ACME_TEST(a_retry_after_lengthens_any_other_delay),
       ACME_TEST(no_delay_outlives_a_tenth_of_what_is_left), ACME_TEST(the_last_minutes_are_no_hammering),
       ACME_TEST(what_an_outage_held_up_is_spread), ACME_TEST(never_shorter_than_a_second),
       ACME_TEST(a_limit_that_is_never_over_is_not_asked_every_second), ACME_TEST(errors_are_classed_by_what_helps)});
}
