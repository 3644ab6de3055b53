#include "common/renew/limits.hpp"

#include "tests/check.hpp"

using namespace acme;
using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};

}  // namespace

static void the_sixth_certificate_for_the_same_names_waits() {
  Limits limits;
  for (int i = 0; i < 5; ++i) {
    CHECK(!limits.same_names_slot("ca", "a", 5, kNow + hours{i}));
    limits.note_issued("ca", "a", kNow + hours{i});
  }
  const auto slot = limits.same_names_slot("ca", "a", 5, kNow + hours{5});
  CHECK(slot && *slot == kNow + days{7} + Seconds{1});
  CHECK(!limits.same_names_slot("ca", "a", 5, *slot));
  CHECK(!limits.same_names_slot("ca", "b", 5, kNow + hours{5}));
  CHECK(!limits.same_names_slot("other", "a", 5, kNow + hours{5}));
  CHECK_EQ(limits.issued_within("ca", "a", hours{1}, kNow + hours{4}), 1U);
  CHECK_EQ(limits.issued_within("ca", "a", days{7}, kNow + hours{4}), 5U);
}

static void short_lives_are_allowed_more() {
  CHECK_EQ(same_names_per_week(std::nullopt, 2), 5U);
  CHECK_EQ(same_names_per_week(days{90}, 2), 5U);
  CHECK_EQ(same_names_per_week(days{6}, 1), 5U);
  CHECK_EQ(same_names_per_week(days{6}, 2), 8U);
  CHECK_EQ(same_names_per_week(days{1}, 1), 28U);
  CHECK_EQ(same_names_per_week(Seconds{30}, 1), 80640U);
  CHECK(same_names_per_week(Seconds{0}, 1) > 0);
}

static void orders_are_paced_over_three_hours() {
  Limits limits;
  for (int i = 0; i < 300; ++i) limits.note_order("ca", kNow + Seconds{i});
  const UtcTime later = kNow + hours{1};
  CHECK(limits.order_slot("ca", 300, 0, later) == kNow + hours{3} + Seconds{1});
  CHECK(limits.order_slot("ca", 240, 0, later) == kNow + hours{3} + Seconds{61});
  CHECK(!limits.order_slot("ca", 301, 0, later));
  CHECK(limits.order_slot("ca", 301, 1, later) == kNow + hours{3} + Seconds{1});
  CHECK(limits.order_slot("ca", 300, 300, later).has_value());
  CHECK(!limits.order_slot("ca", 300, 0, kNow + hours{4}));
  CHECK(!limits.order_slot("other", 300, 0, later));
}

static void failed_validations_count_for_an_hour() {
  Limits limits;
  limits.note_failed_validation("ca", "a", kNow);
  limits.note_failed_validation("ca", "a", kNow + Seconds{10});
  CHECK_EQ(limits.failed_validations("ca", "a", kNow + Seconds{20}).size(), 2U);
  CHECK(limits.failed_validations("ca", "a", kNow + Seconds{20}).front() == kNow);
  CHECK_EQ(limits.failed_validations("ca", "a", kNow + Seconds{3605}).size(), 1U);
  CHECK(limits.failed_validations("ca", "b", kNow).empty());
}

/// What was noted while it was ahead did happen, but not later than now.
static void a_clock_that_was_ahead_holds_nothing_for_longer() {
  Limits limits;
  for (int i = 0; i < 5; ++i) limits.note_issued("ca", "a", kNow + days{400});
  for (int i = 0; i < 5; ++i) limits.note_failed_validation("ca", "a", kNow + days{400});
  for (int i = 0; i < 3; ++i) limits.note_order("ca", kNow + days{400});
  CHECK(limits.same_names_slot("ca", "a", 5, kNow) == kNow + days{7} + Seconds{1});
  // Out of order, as a ledger over such a jump is.
  limits.note_issued("ca", "a", kNow);
  CHECK_EQ(limits.issued_within("ca", "a", days{7}, kNow), 6U);
  limits.follow_clock_back(kNow);
  CHECK(limits.same_names_slot("ca", "a", 5, kNow + days{1}) == kNow + days{7} + Seconds{1});
  CHECK(!limits.same_names_slot("ca", "a", 5, kNow + days{8}));
  CHECK(limits.failed_validations("ca", "a", kNow + hours{2}).empty());
  CHECK_EQ(limits.orders_within_span("ca", kNow + hours{2}), 3U);
  CHECK_EQ(limits.orders_within_span("ca", kNow + hours{4}), 0U);
}

static void what_is_old_is_forgotten() {
  MomentList moments{hours{1}};
  for (int i = 0; i < 100000; ++i) moments.add(kNow + Seconds{i});
  CHECK_EQ(moments.count(kNow + Seconds{99999}), 3600U);
  CHECK_EQ(moments.within(kNow + Seconds{99999}).size(), 3600U);
}

int main() {
  return acme_test::run(
      "limits", {ACME_TEST(the_sixth_certificate_for_the_same_names_waits), ACME_TEST(short_lives_are_allowed_more),
                 ACME_TEST(orders_are_paced_over_three_hours), ACME_TEST(failed_validations_count_for_an_hour),
                 ACME_TEST(a_clock_that_was_ahead_holds_nothing_for_longer), ACME_TEST(what_is_old_is_forgotten)});
}
