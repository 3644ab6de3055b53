// Orders whose names are proved by challenges of several types.
#include "common/base/text.hpp"
#include "common/client/order_flow.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

std::string add(EngineWorld& world, const std::string& names, std::vector<std::string> challenges) {
  const auto id = world.add_certificate(names);
  world.configuration.certificates.back().challenges = std::move(challenges);
  return id;
}

void offer_all(EngineWorld& world) {
  world.ca().offers = {"http-01", "tls-alpn-01", "dns-01", "dns-account-01", "dns-persist-01"};
  world.ca().caa_identities = {"ca.test"};
}

std::size_t orders(EngineWorld& world) { return world.ca().records().orders.size(); }

bool says(EngineWorld& world, const std::string& text) { return world.log.all().find(text) != std::string::npos; }

void nothing_is_left(EngineWorld& world) {
  CHECK(world.board.live.empty());
  CHECK(world.board.live_alpn.empty());
  CHECK_EQ(world.dns.size(), 0U);
}

}  // namespace

static void each_type_proves_a_name() {
  for (const char* type : {"http-01", "tls-alpn-01", "dns-01", "dns-account-01"}) {
    EngineWorld world;
    offer_all(world);
    const auto id = add(world, "a.test www.a.test", {type});
    world.start();
    reach(world, 1, 10s);
    CHECK_EQ(orders(world), 1U);
    CHECK_EQ(world.published.size(), 2U);
    CHECK_EQ(world.published[0].type, type);
    CHECK_EQ(world.state(id).proofs.at("a.test").worked, type);
    CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
    nothing_is_left(world);
  }
}

static void a_wildcard_and_its_base_share_a_record_name() {
  EngineWorld world;
  offer_all(world);
  add(world, "a.test *.a.test", {"dns-01"});
  std::size_t most = 0;
  world.ca().afterwards = [&](CaRequest, SimulatedCa::Answer&) {
    most = std::max(most, world.dns.values("_acme-challenge.a.test").size());
  };
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(most, 2U);
  CHECK_EQ(world.dns.presented, 1);
  nothing_is_left(world);
}

static void one_call_presents_all_records_of_an_order() {
  EngineWorld world;
  offer_all(world);
  std::string names = "*.a.test";
  for (int i = 0; i < 50; ++i) names += cat(" n", i, ".a.test");
  add(world, names, {"dns-01"});
  world.start();
  reach(world, 1, 1min);
  CHECK_EQ(world.dns.presented, 1);
  CHECK_EQ(world.dns.largest, 51U);
}

static void the_next_type_follows_at_once_and_is_remembered() {
  EngineWorld world;
  offer_all(world);
  world.ca().bad_names["a.test tls-alpn-01"] = "connection";
  const auto id = add(world, "a.test b.test", {"tls-alpn-01", "http-01"});
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(orders(world), 2U);
  CHECK(says(
      world,
      "a.test: tls-alpn-01 failed (connection: no proof of a.test; the CA's TLS connection to port 443 of this name"));
  CHECK(says(world, "), trying http-01 next"));
  CHECK_EQ(world.log.count(LogLevel::error), 0U);
  const auto state = world.state(id);
  CHECK_EQ(state.proofs.at("a.test").worked, "http-01");
  CHECK_EQ(state.proofs.at("b.test").worked, "tls-alpn-01");
  CHECK(state.proofs.at("a.test").failed.empty());
  nothing_is_left(world);
  // The next life begins with what worked.
  world.ca().records().failed_validations.clear();
  world.start();
  reach(world, 2, std::chrono::hours{24 * 90});
  CHECK_EQ(orders(world), 3U);
  CHECK(world.ca().records().failed_validations.empty());
}

static void what_failed_is_remembered_over_a_restart() {
  EngineWorld world;
  offer_all(world);
  world.ca().bad_names["a.test tls-alpn-01"] = "connection";
  const auto id = add(world, "a.test", {"tls-alpn-01", "http-01"});
  world.start();
  while (world.state(id).proofs.empty()) world.pass(10ms);
  CHECK(world.state(id).proofs.at("a.test").failed == std::vector<std::string>{"tls-alpn-01"});
  CHECK_EQ(orders(world), 1U);
  world.start(false);
  reach(world, 1, 10s);
  CHECK_EQ(orders(world), 2U);
}

static void after_the_last_type_the_pause_is_the_ordinary_one() {
  EngineWorld world;
  offer_all(world);
  world.ca().bad_names["a.test"] = "connection";
  const auto id = add(world, "a.test", {"tls-alpn-01", "http-01"});
  world.start();
  world.pass(30s);
  CHECK_EQ(orders(world), 2U);
  CHECK_EQ(world.state(id).failures, 1U);
  CHECK(says(world, "tried again in"));
  world.pass(2min);
  CHECK_EQ(orders(world), 4U);
  // The fifth failed validation of the hour is the last one, whatever is left to try.
  world.pass(30min);
  CHECK_EQ(world.ca().records().failed_validations.size(), 5U);
  world.ca().bad_names.clear();
  reach(world, 1, std::chrono::hours{3});
}

static void what_the_ca_does_not_offer_is_not_waited_for() {
  EngineWorld world;
  world.ca().offers = {"http-01"};
  world.ca().bad_names["a.test"] = "connection";
  const auto id = add(world, "a.test", {"http-01", "tls-alpn-01", "dns-01"});
  world.start();
  world.pass(30s);
  CHECK_EQ(orders(world), 1U);
  CHECK_EQ(world.state(id).failures, 1U);
}

static void a_ca_that_may_not_issue_is_not_asked_by_other_means() {
  EngineWorld world;
  offer_all(world);
  world.ca().bad_names["a.test"] = "caa";
  add(world, "a.test", {"http-01", "tls-alpn-01"});
  world.start();
  world.pass(30s);
  CHECK_EQ(orders(world), 1U);
  CHECK(says(world, "CAA"));
}

static void a_provider_that_refuses_makes_way_within_the_order() {
  EngineWorld world;
  offer_all(world);
  world.dns.refusals["a.test"] = Error{ErrorKind::problem, "example-dns: 403 wrong token"};
  const auto id = add(world, "a.test b.test", {"dns-01", "http-01"});
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(orders(world), 1U);
  CHECK(says(world, "a.test: dns-01 could not be prepared (example-dns: 403 wrong token), trying http-01 now"));
  CHECK_EQ(world.state(id).proofs.at("a.test").worked, "http-01");
  CHECK_EQ(world.state(id).proofs.at("b.test").worked, "dns-01");
  nothing_is_left(world);
}

static void without_another_type_a_refusal_is_no_fault_of_the_ca() {
  EngineWorld world;
  offer_all(world);
  world.dns.refusals["a.test"] = Error{ErrorKind::transport, "example-dns does not answer"};
  const auto id = add(world, "a.test", {"dns-01"});
  add(world, "other.test", {"http-01"});
  world.start();
  world.pass(20s);
  CHECK_EQ(world.engine().versions().size(), 1U);
  CHECK_EQ(world.state(id).last_error_type, "preparation");
  CHECK(says(world, "a.test by dns-01: example-dns does not answer"));
  CHECK(world.state(id).failed_validations.empty());
  world.dns.refusals.clear();
  reach(world, 1, 2min);
  // The order was gone on with.
  CHECK_EQ(orders(world), 2U);
  nothing_is_left(world);
}

static void names_that_need_no_dns_do_not_wait_for_it() {
  EngineWorld world;
  offer_all(world);
  add(world, "a.test *.a.test", {"http-01", "dns-01"});
  std::string first;
  world.ca().afterwards = [&](CaRequest kind, SimulatedCa::Answer&) {
    if (kind == CaRequest::challenge && first.empty()) first = world.dns.presented > 0 ? "after" : "before";
  };
  world.dns.takes = 30s;
  world.dns.scheduler = [&world]() -> Scheduler& { return world.scheduler(); };
  world.start();
  world.pass(5s);
  CHECK_EQ(world.ca().count(CaRequest::challenge), 1);
  CHECK_EQ(first, "before");
  reach(world, 1, 1min);
}

static void orders_for_one_name_take_turns_by_tls() {
  EngineWorld world;
  offer_all(world);
  world.ca().validation_takes = 5s;
  add(world, "a.test b.test", {"tls-alpn-01"});
  add(world, "b.test a.test c.test", {"tls-alpn-01"});
  add(world, "c.test b.test", {"tls-alpn-01"});
  world.start();
  reach(world, 1, 2min);
  CHECK_EQ(orders(world), 3U);
  CHECK(world.ca().records().failed_validations.empty());
  nothing_is_left(world);
}

static void death_at_every_exchange_makes_no_second_order() {
  for (int k = 1;; ++k) {
    EngineWorld world;
    offer_all(world);
    world.ca().validation_takes = 1s;
    add(world, "a.test *.a.test b.test", {"tls-alpn-01", "dns-01"});
    world.die_at_exchange(k);
    world.start();
    world.pass(1min);
    const bool died = world.has_died();
    world.start();
    reach(world, 1, 1min);
    CHECK_EQ(orders(world), 1U);
    CHECK(world.ca().records().failed_validations.empty());
    CHECK_EQ(world.dns.size(), 0U);
    if (!died) break;
    CHECK(k < 50);
  }
}

int main() {
  return acme_test::run(
      "client/order_flow_challenges",
      {ACME_TEST(each_type_proves_a_name), ACME_TEST(a_wildcard_and_its_base_share_a_record_name),
       ACME_TEST(one_call_presents_all_records_of_an_order), ACME_TEST(the_next_type_follows_at_once_and_is_remembered),
       ACME_TEST(what_failed_is_remembered_over_a_restart),
       ACME_TEST(after_the_last_type_the_pause_is_the_ordinary_one),
       ACME_TEST(what_the_ca_does_not_offer_is_not_waited_for),
       ACME_TEST(a_ca_that_may_not_issue_is_not_asked_by_other_means),
       ACME_TEST(a_provider_that_refuses_makes_way_within_the_order),
       ACME_TEST(without_another_type_a_refusal_is_no_fault_of_the_ca),
       ACME_TEST(names_that_need_no_dns_do_not_wait_for_it), ACME_TEST(orders_for_one_name_take_turns_by_tls),
       ACME_TEST(death_at_every_exchange_makes_no_second_order)});
}
