#include "common/client/issued_doubts.hpp"

#include "tests/check.hpp"

using namespace acme;
using std::chrono::days;

/// A certificate of six days, ordered at `started`, looked at `now`; both days after its beginning.
static void an_order_that_lay_too_long_is_told_from_a_wrong_clock() {
  constexpr UtcTime begin{Seconds{1'800'000'000}};
  CertificateFacts facts;
  facts.not_before = begin;
  facts.not_after = begin + days{6};
  struct Row {
    int started;
    int now;
    bool expired;
  };
  constexpr Row rows[] = {
      {0, 3, false},    // it lives
      {-2, -1, false},  // it will live
      {30, 31, false},  // the clock is ahead, as it was then
      {30, 37, true},   // for too long
      {1, 8, true},     // nobody came for it
      {200, 8, true},   // the clock was ahead then, and is not any more
      {200, 3, false},
  };
  for (const auto& row : rows) {
    CHECK_EQ(has_expired(facts, begin + days{row.started}, begin + days{row.now}), row.expired);
  }
}

int main() {
  return acme_test::run("issued_doubts", {ACME_TEST(an_order_that_lay_too_long_is_told_from_a_wrong_clock)});
}
