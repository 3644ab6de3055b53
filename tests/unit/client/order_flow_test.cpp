#include "common/client/order_flow.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// Shows the log when the certificates do not come.
void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

std::size_t orders(EngineWorld& world) { return world.ca().records().orders.size(); }

bool has_order(EngineWorld& world, const std::string& id) { return world.store.load_order(id)->has_value(); }

}  // namespace

static void a_certificate_arrives() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test www.a.test");
  world.start();
  reach(world, 1, 10s);
  const auto current = world.current(id);
  CHECK(current.has_value());
  CHECK_EQ(current->meta.names.size(), 2U);
  CHECK(world.board.live.empty());
  CHECK(!has_order(world, id));
  // Five to ten lines are what an operator reads of a first issuance.
  CHECK(world.log.count(LogLevel::notice) >= 3 && world.log.count(LogLevel::notice) <= 10);
  CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
}

static void a_name_takes_few_requests() {
  for (const bool at_once : {true, false}) {
    EngineWorld world;
    world.ca().finalize_at_once = at_once;
    world.add_certificate("a.test");
    world.start();
    reach(world, 1, 10s);
    const int first = world.ca().requests();
    // Directory, nonce, account; order, authorization, challenge, order, finalize, (order,) certificate.
    CHECK_EQ(first, at_once ? 9 : 10);
    // A new engine has the account, but neither directory nor nonce.
    world.add_certificate("b.test");
    world.start();
    reach(world, 1, 10s);
    CHECK_EQ(world.ca().count(CaRequest::new_account), 1);
    CHECK_EQ(world.ca().requests() - first, at_once ? 8 : 9);
  }
}

static void bad_nonces_are_invisible() {
  for (const double chance : {0.2, 0.5}) {
    EngineWorld world;
    world.ca().bad_nonces = chance;
    for (int i = 0; i < 20; ++i) world.add_certificate(cat("n", i, ".test"));
    world.start();
    reach(world, 1, 1min);
    CHECK_EQ(orders(world), 20U);
    CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
  }
}

static void two_hundred_share_one_account() {
  EngineWorld world;
  for (int i = 0; i < 200; ++i) world.add_certificate(cat("n", i, ".test"));
  world.start();
  reach(world, 1, 1min);
  CHECK_EQ(world.ca().count(CaRequest::new_account), 1);
  CHECK_EQ(orders(world), 200U);
  CHECK(world.http().most_at_once() <= 10);
}

static void death_at_every_exchange_makes_no_second_order() {
  for (const bool at_once : {false, true}) {
    for (int k = 1;; ++k) {
      EngineWorld world;
      world.ca().finalize_at_once = at_once;
      world.ca().validation_takes = at_once ? 0s : 1s;
      const auto id = world.add_certificate("a.test b.test");
      world.die_at_exchange(k);
      world.start();
      world.pass(1min);
      const bool died = world.has_died();
      world.start();
      reach(world, 1, 1min);
      CHECK_EQ(orders(world), 1U);
      CHECK_EQ(world.ca().records().accounts.size(), 1U);
      CHECK(world.ca().records().failed_validations.empty());
      CHECK(!has_order(world, id));
      if (!died) break;
      CHECK(k < 50);
    }
  }
}

static void a_lost_answer_at_every_exchange_is_made_good() {
  for (int k = 1; k <= 14; ++k) {
    EngineWorld world;
    world.ca().validation_takes = 1s;
    int seen = 0;
    world.ca().afterwards = [&](CaRequest, SimulatedCa::Answer& answer) {
      if (++seen == k) answer = no_answer();
    };
    world.add_certificate("a.test b.test");
    world.start();
    reach(world, 1, 1min);
    CHECK_EQ(orders(world), 1U);
    CHECK_EQ(world.ca().records().accounts.size(), 1U);
    CHECK(world.ca().records().failed_validations.empty());
    CHECK(world.board.live.empty());
  }
}

static void without_a_list_of_orders_a_lost_new_order_is_made_again() {
  EngineWorld world;
  world.ca().with_order_list = false;
  bool lost = false;
  world.ca().afterwards = [&](CaRequest kind, SimulatedCa::Answer& answer) {
    if (kind == CaRequest::new_order && !std::exchange(lost, true)) answer = no_answer();
  };
  world.add_certificate("a.test");
  world.start();
  reach(world, 1, 1min);
  CHECK_EQ(orders(world), 2U);
  CHECK_EQ(world.keys.made, 2);  // the account's and the certificate's: the key was kept
}

static void a_failing_store_loses_nothing() {
  for (const char* call : {"save_account", "save_order", "save_certificate", "save_state", "remove_order", "load_order",
                           "load_account", "load_certificate"}) {
    for (int skip = 0; skip < 3; ++skip) {
      EngineWorld world;
      const auto id = world.add_certificate("a.test");
      world.store.fail_next(call, {ErrorKind::io, "No space left on device"}, skip);
      world.start();
      reach(world, 1, 5min);
      CHECK_EQ(orders(world), 1U);
      CHECK_EQ(world.ca().records().accounts.size(), 1U);
      CHECK_EQ(world.store.versions(id), 1U);
    }
    EngineWorld world;
    const auto id = world.add_certificate("a.test");
    world.store.fail_always(call);
    world.start();
    world.pass(1h);
    world.store.fail_no_more();
    CHECK(world.ca().requests() < 300);
    reach(world, 1, 20min);
    CHECK_EQ(orders(world), 1U);
    world.start();
    world.pass(1h);
    CHECK(!has_order(world, id) || world.store.versions(id) == 1);
  }
}

static void an_order_left_behind_is_not_taken_for_the_renewal() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.store.fail_always("remove_order");
  world.start();
  reach(world, 1, 10s);
  CHECK(has_order(world, id));
  world.store.fail_no_more();
  const auto first = world.current(id)->meta.serial;
  reach(world, 2, std::chrono::days{70});
  CHECK(world.current(id)->meta.serial != first);
  CHECK_EQ(orders(world), 2U);
}

static void two_key_types_never_share_an_order() {
  for (const bool reuse : {false, true}) {
    for (int k = 0; k < 20; ++k) {
      EngineWorld world;
      world.ca().reuse_pending_orders = reuse;
      world.add_certificate("a.test", "ca", {KeyAlgorithm::ecdsa, 256});
      world.add_certificate("a.test", "ca", {KeyAlgorithm::ecdsa, 384});
      if (k > 0) world.die_at_exchange(k);
      world.start();
      world.pass(1min);
      world.start();
      reach(world, 1, 5min);
      CHECK_EQ(orders(world), 2U);
      CHECK(!world.log.has("does not hold our key"));
    }
  }
}

static std::string key_of(EngineWorld& world, const std::string& id) {
  const auto current = world.current(id);
  CHECK(current.has_value());
  return std::string{current->key_pem.view()};
}

static void each_version_has_its_own_key_unless_reused() {
  for (const bool reuse : {false, true}) {
    EngineWorld world;
    const auto id = world.add_certificate("a.test");
    world.configuration.certificates[0].reuse_key = reuse;
    world.start();
    reach(world, 1, 1min);
    const auto first = key_of(world, id);
    reach(world, 2, 24h * 90);
    CHECK_EQ(key_of(world, id) == first, reuse);
    // Only when the key is not known to others.
    world.engine().certificates()[0]->mark_revoked();
    reach(world, 3, 1min);
    CHECK(key_of(world, id) != first);
  }
}

static void an_order_with_a_reused_key_goes_on_after_any_death() {
  for (int k = 1;; ++k) {
    EngineWorld world;
    const auto id = world.add_certificate("a.test");
    world.configuration.certificates[0].reuse_key = true;
    world.start();
    reach(world, 1, 1min);
    const auto first = key_of(world, id);
    world.die_at_exchange(k);
    world.pass(24h * 80);
    const bool died = world.has_died();
    world.start();
    reach(world, 2, 24h * 30);
    CHECK_EQ(orders(world), 2U);
    CHECK_EQ(key_of(world, id), first);
    CHECK(!has_order(world, id));
    if (!died) break;
    CHECK(k < 50);
  }
}

static void the_ca_is_told_when_a_challenge_is_prepared() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test b.test");
  bool in_time = true;
  world.on_published = [&]() -> Status {
    const auto ready = world.published.size();
    const auto told = static_cast<std::size_t>(world.ca().count(CaRequest::challenge));
    in_time = in_time && told < ready && world.board.live.size() >= ready;
    return {};
  };
  world.start();
  reach(world, 1, 1min);
  CHECK(in_time);
  CHECK_EQ(world.published.size(), 2U);
  const auto& one = world.published.front();
  CHECK_EQ(one.certificate_id, id);
  CHECK(one.name == "a.test" || one.name == "b.test");
  CHECK_EQ(one.type, "http-01");
  CHECK(one.key_authorization.starts_with(one.token + "."));
}

static void a_challenge_that_cannot_be_prepared_fails_the_attempt() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.on_published = [&]() -> Status {
    if (world.published.size() > 2) return {};
    return Error{ErrorKind::io, "the hook /x ended with status 1"};
  };
  world.start();
  world.pass(5s);
  CHECK_EQ(world.ca().count(CaRequest::challenge), 0);
  CHECK(world.log.has("a.test: challenge for a.test: the hook /x ended with status 1; tried again in"));
  reach(world, 1, 5min);
  CHECK_EQ(orders(world), 1U);
}

int main() {
  return acme_test::run(
      "order_flow",
      {ACME_TEST(a_certificate_arrives), ACME_TEST(a_name_takes_few_requests), ACME_TEST(bad_nonces_are_invisible),
       ACME_TEST(two_hundred_share_one_account), ACME_TEST(death_at_every_exchange_makes_no_second_order),
       ACME_TEST(a_lost_answer_at_every_exchange_is_made_good),
       ACME_TEST(without_a_list_of_orders_a_lost_new_order_is_made_again), ACME_TEST(a_failing_store_loses_nothing),
       ACME_TEST(an_order_left_behind_is_not_taken_for_the_renewal), ACME_TEST(two_key_types_never_share_an_order),
       ACME_TEST(each_version_has_its_own_key_unless_reused),
       ACME_TEST(an_order_with_a_reused_key_goes_on_after_any_death),
       ACME_TEST(the_ca_is_told_when_a_challenge_is_prepared),
       ACME_TEST(a_challenge_that_cannot_be_prepared_fails_the_attempt)});
}
