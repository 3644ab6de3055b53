#include "common/report/escalation.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;

namespace {

constexpr Seconds kDay = std::chrono::days{1};
const UtcTime kBorn{Seconds{1800000000}};

/// `left` of a certificate's `lifetime`, after the trouble lasted so long. -1: nobody is told.
int level(Seconds lifetime, Seconds left, Seconds lasted, bool passing = false) {
  TroubleAge age;
  age.not_before = kBorn;
  age.not_after = kBorn + lifetime;
  age.now = *age.not_after - left;
  age.since = age.now - lasted;
  age.passing = passing;
  return escalation_level(age).value_or(-1);
}

int level_without(Seconds lasted, bool passing, Seconds patience = 0s) {
  TroubleAge age;
  age.now = kBorn;
  age.since = kBorn - lasted;
  age.passing = passing;
  age.patience = patience;
  return escalation_level(age).value_or(-1);
}

}  // namespace

static void it_follows_what_is_left_of_any_lifetime() {
  for (const Seconds lifetime : {6 * kDay, 90 * kDay, 398 * kDay}) {
    struct Row {
      Seconds left;
      int level;
    };
    const std::vector<Row> rows{{lifetime, 0},     {lifetime / 3 + 1s, 0},  {lifetime / 3, 1},  {lifetime / 5 + 1s, 1},
                                {lifetime / 5, 2}, {lifetime / 10 + 1s, 2}, {lifetime / 10, 3}, {1s, 3},
                                {0s, 4},           {-7 * kDay + 1s, 4},     {-7 * kDay, 5},     {-14 * kDay, 6}};
    for (const auto& row : rows) CHECK_EQ(level(lifetime, row.left, 0s), row.level);
  }
}

static void what_may_pass_is_told_when_it_matters() {
  for (const Seconds lifetime : {6 * kDay, 90 * kDay, 398 * kDay}) {
    CHECK_EQ(level(lifetime, lifetime / 2, lifetime / 4, true), -1);
    // At a third: not the first failure of a renewal, but one that has lasted a twentieth of what is left.
    CHECK_EQ(level(lifetime, lifetime / 3, 0s, true), -1);
    CHECK_EQ(level(lifetime, lifetime / 3, lifetime / 60 - 1s, true), -1);
    CHECK_EQ(level(lifetime, lifetime / 3, lifetime / 60, true), 1);
    CHECK_EQ(level(lifetime, lifetime / 5, lifetime / 100 - 1s, true), -1);
    CHECK_EQ(level(lifetime, lifetime / 5, lifetime / 10, true), 2);
    CHECK_EQ(level(lifetime, lifetime / 10, lifetime / 10, true), 3);
    CHECK_EQ(level(lifetime, 0s, 0s, true), 4);
  }
}

static void without_a_lifetime_it_follows_its_age() {
  CHECK_EQ(level_without(0s, true), -1);
  CHECK_EQ(level_without(3599s, true), -1);
  CHECK_EQ(level_without(1h, true), 1);
  CHECK_EQ(level_without(0s, false), 1);
  for (const bool passing : {true, false}) {
    CHECK_EQ(level_without(kDay - 1s, passing), 1);
    CHECK_EQ(level_without(kDay, passing), 2);
    CHECK_EQ(level_without(8 * kDay - 1s, passing), 2);
    CHECK_EQ(level_without(8 * kDay, passing), 3);
    CHECK_EQ(level_without(15 * kDay, passing), 4);
  }
  CHECK_EQ(level_without(9min, false, 10min), -1);
  CHECK_EQ(level_without(10min, false, 10min), 1);
}

static void clocks_may_be_set() {
  TroubleAge age;
  age.since = kBorn;
  age.now = kBorn - 365 * kDay;
  CHECK_EQ(escalation_level(age).value_or(-1), 1);
  age.not_before = kBorn;
  age.not_after = kBorn;  // a lifetime of nothing
  CHECK_EQ(escalation_level(age).value_or(-1), 0);
  age.now = UtcTime::max() - 1s;
  CHECK(escalation_level(age).value_or(-1) > 4);
}

static void a_third_is_no_news_right_after_the_first_notice() {
  CHECK(!is_escalation(0, 0, 90 * kDay, 90 * kDay));
  CHECK(!is_escalation(1, 0, kDay, 90 * kDay));
  CHECK(is_escalation(1, 0, 2 * kDay, 90 * kDay));
  CHECK(is_escalation(2, 0, 0s, 90 * kDay));
  CHECK(is_escalation(2, 1, 0s, std::nullopt));
  CHECK(!is_escalation(1, 2, 90 * kDay, 90 * kDay));
}

int main() {
  return acme_test::run(
      "escalation", {ACME_TEST(it_follows_what_is_left_of_any_lifetime),
                     ACME_TEST(what_may_pass_is_told_when_it_matters), ACME_TEST(without_a_lifetime_it_follows_its_age),
                     ACME_TEST(clocks_may_be_set), ACME_TEST(a_third_is_no_news_right_after_the_first_notice)});
}
