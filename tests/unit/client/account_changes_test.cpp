#include "common/client/account_changes.hpp"

#include "common/base/join.hpp"
#include "common/protocol/jws.hpp"
#include "tests/check.hpp"
#include "tests/fakes/account_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

const CaAccount& only_account(AccountWorld& world) {
  CHECK_EQ(world.ca.records().accounts.size(), 1U);
  return world.ca.records().accounts.front();
}

std::string public_key_of(const Secret& pem) { return *jwk(*PrivateKey::from_pem(pem.view())); }

/// What is stored and what the CA knows are the same key, no other is left, and it works.
void check_in_step(AccountWorld& world) {
  CHECK_OK(world.run(ensure_account(world.context())));
  const auto stored = world.stored();
  CHECK(stored.has_value() && stored->next_key_pem.empty());
  CHECK_EQ(public_key_of(stored->key_pem), only_account(world).key);
  CHECK_OK(world.run(world.session().post(stored->url, "")));
}

}  // namespace

static void a_new_key_is_the_accounts() {
  AccountWorld world;
  CHECK_OK(world.run(ensure_account(world.context())));
  const std::string before = only_account(world).key;
  CHECK_OK(world.run(roll_over_key(world.context())));
  CHECK(only_account(world).key != before);
  CHECK_EQ(world.ca.count(CaRequest::key_change), 1);
  check_in_step(world);
  world.start();
  check_in_step(world);
  CHECK_EQ(world.ca.count(CaRequest::new_account), 1);
}

static void a_death_at_any_exchange_heals() {
  int changed = 0;
  int k = 1;
  for (bool died = true; died; ++k) {
    CHECK(k < 30);
    AccountWorld world;
    world.ca.bad_nonces = 0.2;
    CHECK_OK(world.run(ensure_account(world.context())));
    const std::string before = only_account(world).key;
    world.start();
    world.die_at_exchange(k);
    const auto rolled = world.run(roll_over_key(world.context()));
    died = world.has_died();
    CHECK_EQ(rolled.ok(), !died);
    changed += died && only_account(world).key != before ? 1 : 0;
    world.start();
    check_in_step(world);
    CHECK_OK(world.run(roll_over_key(world.context())));
    check_in_step(world);
  }
  CHECK(k > 4);        // there were exchanges to die at
  CHECK(changed > 0);  // and one of them was keyChange itself
}

static void a_lost_answer_is_found_out() {
  for (const bool processed : {true, false}) {
    AccountWorld world;
    CHECK_OK(world.run(ensure_account(world.context())));
    const std::string before = only_account(world).key;
    // Directory and nonce are known: keyChange is the next exchange.
    world.lose_exchange(1, processed);
    const auto rolled = world.run(roll_over_key(world.context()));
    CHECK_EQ(rolled.ok(), processed);
    CHECK_EQ(only_account(world).key != before, processed);
    check_in_step(world);
  }
}

static void a_refusal_keeps_the_old_key() {
  AccountWorld world;
  CHECK_OK(world.run(ensure_account(world.context())));
  const std::string before = only_account(world).key;
  world.ca.instead = [](CaRequest kind) -> std::optional<SimulatedCa::Answer> {
    if (kind != CaRequest::key_change) return std::nullopt;
    return problem_answer(409, "malformed", "New key is already in use for a different account");
  };
  const auto rolled = world.run(roll_over_key(world.context()));
  CHECK(!rolled.ok());
  CHECK(rolled.error().hint.find("another account's") != std::string::npos);
  CHECK_EQ(only_account(world).key, before);
  check_in_step(world);
}

static void what_stands_against_a_change_is_said() {
  AccountWorld world;
  auto rolled = world.run(roll_over_key(world.context()));
  CHECK(!rolled.ok() && rolled.error().kind == ErrorKind::configuration);
  CHECK(rolled.error().message.find("no account") != std::string::npos);
  CHECK_EQ(world.ca.requests(), 0);
  CHECK_OK(world.run(ensure_account(world.context())));
  world.ca.with_key_change = false;
  world.start();
  rolled = world.run(roll_over_key(world.context()));
  CHECK(!rolled.ok() && rolled.error().message.find("keyChange") != std::string::npos);
  world.issuer.account_key_pem = std::move(*PrivateKey::generate({})->to_pem());
  world.issuer.account_key_file = "/etc/ssl/account.key";
  CHECK_OK(world.run(ensure_account(world.context())));
  rolled = world.run(roll_over_key(world.context()));
  CHECK(!rolled.ok() && rolled.error().message.find("/etc/ssl/account.key") != std::string::npos);
}

static void requests_beside_a_change_are_signed_rightly() {
  AccountWorld world;
  CHECK_OK(world.run(ensure_account(world.context())));
  world.http().set_delay(5ms);
  const std::string url = world.stored()->url;
  std::size_t refused = 0;
  const auto ask = [](AccountWorld& w, std::string target, std::size_t& bad, int after) -> Task<void> {
    const Wake wake = co_await w.scheduler().sleep_for(after * 1ms);
    if (wake == Wake::cancelled) co_return;
    auto task = w.session().post(std::move(target), "");
    auto answered = co_await std::move(task);
    if (!answered) ++bad;
  };
  for (int i = 0; i < 60; ++i) world.scheduler().spawn(ask(world, url, refused, i));
  CHECK_OK(world.run(roll_over_key(world.context())));
  pass(world.scheduler(), world.clock, 1s);
  CHECK_EQ(world.ca.count(CaRequest::account), 60);
  CHECK_EQ(refused, 0U);
}

static void a_deactivated_account_stays_so() {
  AccountWorld world;
  CHECK_OK(world.run(ensure_account(world.context())));
  CHECK_OK(world.run(deactivate_account(world.context())));
  CHECK(only_account(world).deactivated);
  CHECK_OK(world.run(deactivate_account(world.context())));
  for (int life = 0; life < 2; ++life) {
    const auto ensured = world.run(ensure_account(world.context()));
    CHECK(!ensured.ok() && ensured.error().kind == ErrorKind::configuration);
    CHECK(ensured.error().hint.find("accounts/ca-") != std::string::npos);
    world.start();
  }
  CHECK_EQ(world.ca.count(CaRequest::new_account), 1);
}

static void a_deactivation_whose_answer_was_lost_is_done_by_the_next() {
  AccountWorld world;
  CHECK_OK(world.run(ensure_account(world.context())));
  world.lose_exchange(1, true);
  CHECK(!world.run(deactivate_account(world.context())).ok());
  CHECK(only_account(world).deactivated);
  CHECK(!world.stored()->deactivated);
  CHECK_OK(world.run(deactivate_account(world.context())));
  CHECK(world.stored()->deactivated);
}

static void a_deactivated_key_is_not_registered_again() {
  AccountWorld world;
  world.issuer.account_key_pem = std::move(*PrivateKey::generate({})->to_pem());
  CHECK_OK(world.run(ensure_account(world.context())));
  world.ca.records().accounts.front().deactivated = true;
  CHECK_OK(forget_account_url(world.context()));
  const auto ensured = world.run(ensure_account(world.context()));
  CHECK(!ensured.ok() && ensured.error().kind == ErrorKind::configuration);
  CHECK(ensured.error().message.find("deactivated") != std::string::npos);
}

int main() {
  return acme_test::run(
      "account_changes",
      {ACME_TEST(a_new_key_is_the_accounts), ACME_TEST(a_death_at_any_exchange_heals),
       ACME_TEST(a_lost_answer_is_found_out), ACME_TEST(a_refusal_keeps_the_old_key),
       ACME_TEST(what_stands_against_a_change_is_said), ACME_TEST(requests_beside_a_change_are_signed_rightly),
       ACME_TEST(a_deactivated_account_stays_so), ACME_TEST(a_deactivation_whose_answer_was_lost_is_done_by_the_next),
       ACME_TEST(a_deactivated_key_is_not_registered_again)});
}
