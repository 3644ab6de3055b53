#include "common/renew/fallback.hpp"

#include "common/renew/limit_scope.hpp"
#include "tests/check.hpp"

using namespace acme;
using std::chrono::days;
using std::chrono::hours;

namespace {

IssuerTrouble trouble(FailureClass type, std::uint32_t failures, std::optional<Seconds> left = std::nullopt) {
  IssuerTrouble made;
  made.type = type;
  made.failures = failures;
  made.lifetime_left = left;
  return made;
}

Error limited(const char* detail) {
  Error error{ErrorKind::problem, std::string{"new order for new-orders.example: rateLimited: "} + detail};
  error.problem_type = "rateLimited";
  return error;
}

}  // namespace

static void the_third_failure_turns() {
  for (const auto type : {FailureClass::validation, FailureClass::refused, FailureClass::configuration,
                          FailureClass::wrong_answer, FailureClass::passing}) {
    CHECK(!turns_to_next_issuer(trouble(type, 2)));
    CHECK(turns_to_next_issuer(trouble(type, 3)));
  }
  CHECK(!turns_to_next_issuer(trouble(FailureClass::local, 100)));
}

static void a_short_outage_moves_nobody_who_can_wait() {
  auto outage = trouble(FailureClass::passing, 50, days{30});
  outage.lasted = hours{5};
  CHECK(!turns_to_next_issuer(outage));
  outage.lasted = hours{6};
  CHECK(turns_to_next_issuer(outage));
  outage.lifetime_left = hours{10};
  outage.lasted = hours{1};
  CHECK(turns_to_next_issuer(outage));
  outage.lifetime_left = hours{-10};
  outage.lasted = Seconds{0};
  CHECK(turns_to_next_issuer(outage));
}

static void a_limit_that_lasts_too_long_turns_at_once() {
  auto held = trouble(FailureClass::rate_limited, 1, days{30});
  held.delay = days{2};
  CHECK(!turns_to_next_issuer(held));
  held.delay = days{4};
  CHECK(turns_to_next_issuer(held));
  held.lifetime_left.reset();
  held.delay = Seconds{60};
  CHECK(!turns_to_next_issuer(held));
  held.delay = hours{1};
  CHECK(turns_to_next_issuer(held));
}

static void limits_of_the_account_are_told_from_a_certificates() {
  for (const char* text : {"too many new orders (300) from this account in the last 3h0m0s, retry after",
                           "too many new registrations (10) from this IP address", "Service busy; retry later."}) {
    CHECK(holds_whole_account(limited(text)));
  }
  for (const char* text :
       {"too many certificates (5) already issued for this exact set of identifiers in the last 168h",
        "too many certificates (50) already issued for \"example.com\" in the last 168h",
        "too many failed authorizations (5) for \"a.example\" in the last 1h0m0s",
        "Your account is temporarily prevented from requesting certificates for a.example", "slow down", ""}) {
    CHECK(!holds_whole_account(limited(text)));
  }
  Error other{ErrorKind::problem, "unauthorized: too many new orders"};
  other.problem_type = "unauthorized";
  CHECK(!holds_whole_account(other));
  Error named = limited("too many new orders");
  named.subproblems.push_back({"a.example", "rateLimited", "this name"});
  CHECK(!holds_whole_account(named));
}

int main() {
  return acme_test::run("fallback",
                        {ACME_TEST(the_third_failure_turns), ACME_TEST(a_short_outage_moves_nobody_who_can_wait),
                         ACME_TEST(a_limit_that_lasts_too_long_turns_at_once),
                         ACME_TEST(limits_of_the_account_are_told_from_a_certificates)});
}
