#include "common/renew/schedule.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr UtcTime kStart{Seconds{1'800'000'000}};

Validity lasting(Seconds lifetime) { return {kStart, kStart + lifetime}; }

std::int64_t after_start(const Validity& validity, const std::optional<RenewBefore>& setting, double chance = 0.0) {
  return (renewal_time(validity, setting, chance) - kStart).count();
}

}  // namespace

static void a_third_is_left_or_half_of_a_short_life() {
  CHECK_EQ(after_start(lasting(std::chrono::days{90}), std::nullopt), 60 * 86400);
  CHECK_EQ(after_start(lasting(std::chrono::days{45}), std::nullopt), 30 * 86400);
  CHECK_EQ(after_start(lasting(std::chrono::days{6}), std::nullopt), 3 * 86400);
  CHECK_EQ(after_start(lasting(Seconds{30}), std::nullopt), 15);
}

static void the_operators_setting_wins() {
  RenewBefore days;
  days.time = std::chrono::days{10};
  CHECK_EQ(after_start(lasting(std::chrono::days{90}), days), 80 * 86400);
  RenewBefore percent;
  percent.percent = 50;
  CHECK_EQ(after_start(lasting(std::chrono::days{90}), percent), 45 * 86400);
}

static void a_setting_longer_than_the_life_leaves_a_quarter() {
  RenewBefore month;
  month.time = std::chrono::days{30};
  CHECK_EQ(after_start(lasting(std::chrono::days{8}), month), 2 * 86400);
}

static void chance_only_makes_it_earlier() {
  const auto validity = lasting(Seconds{100000});
  CHECK(after_start(validity, std::nullopt, 0.99) < after_start(validity, std::nullopt, 0.0));
  CHECK(after_start(validity, std::nullopt, 0.99) >= after_start(validity, std::nullopt, 0.0) - 2000);
}

static void implausible_moments_are_chosen_anew() {
  const auto validity = lasting(Seconds{1000});
  CHECK(plausible_renewal_time(validity, kStart + Seconds{600}));
  CHECK(!plausible_renewal_time(validity, kStart - Seconds{1}));
  CHECK(!plausible_renewal_time(validity, kStart + Seconds{951}));
  CHECK(!plausible_renewal_time(validity, kStart + Seconds{5000}));
}

int main() {
  return acme_test::run(
      "schedule", {ACME_TEST(a_third_is_left_or_half_of_a_short_life), ACME_TEST(the_operators_setting_wins),
                   ACME_TEST(a_setting_longer_than_the_life_leaves_a_quarter), ACME_TEST(chance_only_makes_it_earlier),
                   ACME_TEST(implausible_moments_are_chosen_anew)});
}
