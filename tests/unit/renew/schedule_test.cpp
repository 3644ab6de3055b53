#include "common/renew/schedule.hpp"

#include "tests/check.hpp"

using namespace acme;
using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr UtcTime kStart{Seconds{1'800'000'000}};  // 2027-01-15 08:00 UTC

RenewalFacts lasting(Seconds lifetime) {
  RenewalFacts facts;
  facts.validity = Validity{kStart, kStart + lifetime};
  facts.issued_at = kStart;
  return facts;
}

std::int64_t after_start(const RenewalFacts& facts) { return (choose_renewal(facts).time - kStart).count(); }

RenewalFacts with_setting(Seconds lifetime, std::optional<Seconds> time, int percent) {
  RenewalFacts facts = lasting(lifetime);
  facts.setting = RenewBefore{time, percent};
  return facts;
}

RenewalFacts with_suggestion(Seconds lifetime, Seconds chosen) {
  RenewalFacts facts = lasting(lifetime);
  facts.suggested = SuggestedTime{kStart + chosen, kStart + chosen + hours{1}};
  return facts;
}

RenewalFacts in_window(RenewalFacts facts, const char* span) {
  facts.window = DailyWindow::parse(span, "UTC").value();
  return facts;
}

}  // namespace

static void a_third_is_left_or_half_of_a_short_life() {
  CHECK_EQ(after_start(lasting(days{398})), 398 * 86400 * 2 / 3);
  CHECK_EQ(after_start(lasting(days{90})), 60 * 86400);
  CHECK_EQ(after_start(lasting(days{45})), 30 * 86400);
  CHECK_EQ(after_start(lasting(days{6})), 3 * 86400);
  CHECK_EQ(after_start(lasting(hours{1})), 1800);
  CHECK_EQ(after_start(lasting(Seconds{30})), 15);
  CHECK_EQ(choose_renewal(lasting(days{90})).reason, "a third of its lifetime is left");
  CHECK_EQ(choose_renewal(lasting(days{6})).reason, "half of its lifetime is left");
}

static void the_operators_setting_comes_before_that() {
  CHECK_EQ(after_start(with_setting(days{90}, days{10}, 0)), 80 * 86400);
  CHECK_EQ(after_start(with_setting(days{90}, std::nullopt, 50)), 45 * 86400);
  CHECK_EQ(choose_renewal(with_setting(days{90}, days{10}, 0)).reason, "renew_before is 10 days");
  CHECK_EQ(choose_renewal(with_setting(days{90}, std::nullopt, 33)).reason, "renew_before is 33% of its lifetime");
  // Longer than the life: three quarters of it. Shorter than an emergency: that.
  CHECK_EQ(after_start(with_setting(days{8}, days{30}, 0)), 2 * 86400);
  CHECK_EQ(after_start(with_setting(days{100}, hours{1}, 0)), 95 * 86400);
  CHECK_EQ(choose_renewal(with_setting(days{100}, hours{1}, 0)).reason, "a twentieth of its lifetime is left");
}

static void the_cas_suggestion_comes_before_the_operators() {
  RenewalFacts facts = with_suggestion(days{90}, days{50});
  facts.setting = RenewBefore{days{60}, 0};
  CHECK_EQ(after_start(facts), 50 * 86400);
  CHECK(choose_renewal(facts).reason.starts_with("the CA suggests it, until 2027-"));
  // One in the past is now; not put off, as a birth so late would be.
  CHECK_EQ(after_start(with_suggestion(days{90}, hours{-2})), -7200);
  // Never later than a fifth before expiry.
  CHECK_EQ(after_start(with_suggestion(days{90}, days{80})), 72 * 86400);
  CHECK_EQ(after_start(with_suggestion(days{90}, days{8000})), 72 * 86400);
  facts = with_suggestion(days{90}, days{80});
  facts.chance = 0.999;
  CHECK(after_start(facts) < 71 * 86400 && after_start(facts) >= 70 * 86400);
}

static void revoked_comes_first() {
  RenewalFacts facts = in_window(with_suggestion(days{90}, days{50}), "02:00-03:00");
  facts.revoked = true;
  CHECK_EQ(after_start(facts), 0);
  CHECK_EQ(choose_renewal(facts).reason, "it was revoked");
}

static void one_dated_far_back_is_not_born_due() {
  RenewalFacts facts = lasting(hours{1});
  facts.issued_at = kStart + Seconds{3000};
  CHECK_EQ(after_start(facts), 3120);
}

static void chance_only_makes_it_earlier() {
  RenewalFacts facts = lasting(Seconds{100000});
  const auto plain = after_start(facts);
  facts.chance = 0.99;
  CHECK(after_start(facts) < plain && after_start(facts) >= plain - 2000);
  CHECK_EQ(after_start(facts), after_start(facts));
}

static void a_window_moves_what_can_wait() {
  // Due at 08:00 UTC, sixty days on.
  const auto inside = in_window(lasting(days{90}), "07:00-09:00");
  CHECK_EQ(after_start(inside), 60 * 86400);
  auto later = in_window(lasting(days{90}), "02:00-05:00");
  CHECK_EQ(after_start(later), 60 * 86400 + 18 * 3600);
  CHECK_EQ(choose_renewal(later).reason, "a third of its lifetime is left, in the next renew_window");
  // Not all in its first second, and none behind it.
  later.chance = 0.99;
  const auto moved = choose_renewal(later).time;
  CHECK(later.window->contains(moved));
  CHECK(moved > kStart + days{58} + hours{19});
  // No window opens in time.
  CHECK_EQ(after_start(in_window(lasting(hours{8}), "02:00-05:00")), 4 * 3600);
  CHECK_EQ(after_start(in_window(lasting(Seconds{30}), "02:00-05:00")), 15);
  CHECK_EQ(after_start(in_window(with_suggestion(days{90}, days{50}), "02:00-05:00")), 50 * 86400 + 18 * 3600);
}

int main() {
  return acme_test::run("schedule", {ACME_TEST(a_third_is_left_or_half_of_a_short_life),
                                     ACME_TEST(the_operators_setting_comes_before_that),
                                     ACME_TEST(the_cas_suggestion_comes_before_the_operators),
                                     ACME_TEST(revoked_comes_first), ACME_TEST(one_dated_far_back_is_not_born_due),
                                     ACME_TEST(chance_only_makes_it_earlier), ACME_TEST(a_window_moves_what_can_wait)});
}
