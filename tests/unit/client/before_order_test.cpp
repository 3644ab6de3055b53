// What the DNS says before an order: CAA records, and records for dns-persist-01.
#include "common/client/before_order.hpp"

#include "common/base/text.hpp"
#include "common/client/caa_check.hpp"
#include "common/client/dns_persist.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

std::size_t orders(EngineWorld& world) { return world.ca().records().orders.size(); }

bool says(EngineWorld& world, const std::string& text) { return world.log.all().find(text) != std::string::npos; }

/// A CA that calls itself ca.example, and an engine that looks.
struct LookingWorld : EngineWorld {
  LookingWorld() {
    looks_up = true;
    ca().offers = {"http-01", "tls-alpn-01", "dns-01", "dns-persist-01"};
    ca().caa_identities = {"ca.example"};
  }
  std::string add(const std::string& names, std::vector<std::string> challenges) {
    const auto id = add_certificate(names);
    configuration.certificates.back().challenges = std::move(challenges);
    return id;
  }
  std::string account() { return ca().records().accounts.at(0).url; }
};

const std::string kPersist = "_validation-persist.a.example.org";

}  // namespace

static void caa_that_forbids_is_told_before_an_order() {
  struct Row {
    CaaRecord record;
    std::string says;
  };
  const Row rows[] = {
      {{false, "issue", "other.example"}, "its CAA records let other CAs issue, not this one"},
      {{false, "issue", ";"}, "its CAA records let no CA issue"},
      {{false, "issue", "ca.example; accounturi=https://ca.test/account/99"}, "for another account only"},
      {{false, "issue", "ca.example; validationmethods=dns-01"}, "by other challenges only"},
      {{true, "fees", "paid"}, "a critical one that no CA knows"}};
  for (const auto& row : rows) {
    LookingWorld world;
    world.caa["example.org"] = {row.record};
    const auto id = world.add("www.example.org", {"http-01"});
    world.start();
    world.pass(1min);
    CHECK_EQ(orders(world), 0U);
    if (!says(world, row.says)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
    CHECK_EQ(world.state(id).last_error_type, "caa");
    // Daily, and loud.
    CHECK(world.log.count(LogLevel::error) > 0U);
    CHECK(*world.state(id).next_try > world.clock.now() + Seconds{std::chrono::hours{18}});
    if (row.record.critical) continue;
    CHECK(says(world, cat("example.org. CAA 0 issue \"ca.example; accounturi=", world.account(),
                          "; validationmethods=http-01\"")));
  }
}

static void caa_narrows_the_challenges() {
  LookingWorld world;
  world.caa["example.org"] = {{false, "issue", "ca.example; validationmethods=http-01"}};
  world.ca().bad_names["www.example.org tls-alpn-01"] = "connection";
  world.add("www.example.org", {"tls-alpn-01", "http-01"});
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(orders(world), 1U);
}

static void caa_of_shared_parents_is_asked_once() {
  LookingWorld world;
  std::string names;
  for (int i = 0; i < 20; ++i) names += cat(i > 0 ? " " : "", "n", i, ".example.org");
  world.add(names, {"http-01"});
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(world.lookup().count("example.org", DnsType::caa), 1U);
}

static void caa_is_not_asked_where_it_cannot_be() {
  for (const bool configured : {false, true}) {
    LookingWorld world;
    if (!configured) world.issuer().check_caa = true;
    if (configured) world.issuer().resolvers = {"192.0.2.53"};
    world.add("a.test", {"http-01"});
    world.start();
    reach(world, 1, 10s);
    CHECK_EQ(world.lookup().questions().empty(), !configured);
  }
  LookingWorld world;
  world.issuer().check_caa = false;
  world.caa["example.org"] = {{false, "issue", ";"}};
  world.add("example.org", {"http-01"});
  world.start();
  reach(world, 1, 10s);
  CHECK(world.lookup().questions().empty());
}

static void a_silent_resolver_costs_two_seconds_once() {
  LookingWorld world;
  for (int i = 0; i < 5; ++i) {
    world.add(cat("n", i, ".example.org"), {"http-01"});
  }
  world.start();
  for (const char* name : {"n0.example.org", "n1.example.org", "n2.example.org", "n3.example.org", "n4.example.org",
                           "example.org", "org"}) {
    world.lookup().silence(name);
  }
  const SteadyTime begun = world.clock.steady_now();
  reach(world, 1, 1min);
  CHECK(world.clock.steady_now() - begun < 4s);
}

static void a_missing_record_is_shown_and_nothing_ordered() {
  LookingWorld world;
  const auto id = world.add("a.example.org *.a.example.org", {"dns-persist-01"});
  world.start();
  world.pass(1min);
  CHECK_EQ(orders(world), 0U);
  const std::string record = cat(kPersist, ". TXT \"ca.example; accounturi=", world.account(), "; policy=wildcard\"");
  CHECK(says(world, record));
  CHECK_EQ(world.log.count(LogLevel::error), 1U);
  CHECK(world.state(id).last_hint.find(record) != std::string::npos);
  CHECK(*world.state(id).next_try > world.clock.now() + Seconds{std::chrono::hours{18}});
  // It was set: found at the next daily try.
  world.txt[kPersist] = {cat("ca.example; accounturi=", world.account(), "; policy=wildcard")};
  world.lookup().set(kPersist, DnsType::txt, world.txt[kPersist]);
  reach(world, 1, std::chrono::hours{30});
  CHECK_EQ(orders(world), 1U);
  CHECK_EQ(world.dns.presented, 0);
  CHECK_EQ(world.state(id).proofs.at("*.a.example.org").worked, "dns-persist-01");
}

static void a_record_that_does_not_do_is_told_so() {
  struct Row {
    std::string record, says;
  };
  const Row rows[] = {{"; policy=strict", "lacks policy=wildcard"},
                      {"; policy=wildcard; persistUntil=1000", "ended on 1970-01-01"},
                      {"0; policy=wildcard", "is for another account"},
                      {"; policy=wildcard;", "semicolon"}};
  for (const auto& row : rows) {
    LookingWorld world;
    world.add("*.a.example.org", {"dns-persist-01"});
    world.start();
    world.pass(1s);
    world.log.clear();
    world.txt[kPersist] = {cat("ca.example; accounturi=", world.account(), row.record)};
    world.start();
    world.pass(1min);
    CHECK_EQ(orders(world), 0U);
    if (!says(world, row.says)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
  }
}

static void without_its_record_another_type_is_used() {
  LookingWorld world;
  world.add("a.example.org", {"dns-persist-01", "http-01"});
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(world.published.at(0).type, "http-01");
  CHECK_EQ(world.log.count(LogLevel::warn), 0U);
}

static void a_record_above_does_for_names_below() {
  LookingWorld world;
  world.add("www.a.example.org", {"dns-persist-01"});
  world.start();
  world.pass(1s);
  world.txt[kPersist] = {cat("ca.example; accounturi=", world.account(), "; policy=wildcard")};
  world.start();
  world.pass(20s);
  CHECK_EQ(orders(world), 1U);
}

static void a_record_that_ends_soon_is_warned_of() {
  for (const int days : {10, 200}) {
    LookingWorld world;
    world.add("a.example.org", {"dns-persist-01"});
    world.start();
    world.pass(1s);
    const auto until = (world.clock.now() + std::chrono::days{days}).time_since_epoch().count();
    world.txt[kPersist] = {cat("ca.example; accounturi=", world.account(), "; persistUntil=", until)};
    world.start();
    reach(world, 1, 10s);
    CHECK_EQ(says(world, "renewals after it will fail"), days == 10);
  }
}

static void a_lost_account_is_not_replaced_behind_its_records() {
  LookingWorld world;
  world.txt[kPersist] = {"ca.example; accounturi=https://ca.test/account/77"};
  const auto id = world.add("a.example.org", {"dns-persist-01"});
  world.start();
  world.pass(1min);
  CHECK(world.ca().records().accounts.empty());
  CHECK(says(world, "https://ca.test/account/77"));
  CHECK(says(world, "backup"));
  CHECK(*world.state(id).next_try > world.clock.now() + Seconds{std::chrono::hours{18}});
  // The operator gave it up.
  world.txt.clear();
  world.start();
  world.pass(1min);
  CHECK_EQ(world.ca().records().accounts.size(), 1U);
}

static void an_account_that_the_ca_forgot_is_not_replaced_either() {
  LookingWorld world;
  world.add("a.example.org", {"dns-persist-01"});
  world.start();
  world.pass(1s);
  world.txt[kPersist] = {cat("ca.example; accounturi=", world.account())};
  world.start();
  reach(world, 1, 10s);
  world.ca().records().accounts.at(0).forgotten = true;
  world.pass(std::chrono::hours{24 * 70});
  CHECK_EQ(world.ca().records().accounts.size(), 1U);
  CHECK(says(world, "would not let a new one"));
}

static void lines_and_times() {
  CHECK_EQ(recommended_caa({IdentifierType::dns, "*.a.test"}, "ca.test", "", {}),
           "a.test. CAA 0 issuewild \"ca.test\"");
  const UtcTime now{Seconds{1800000000}};
  CHECK(persist_warning_time(now, std::nullopt) == now + std::chrono::days{14});
  CHECK(persist_warning_time(now, Seconds{std::chrono::days{90}}) == now + std::chrono::days{120});
}

int main() {
  return acme_test::run(
      "client/before_order",
      {ACME_TEST(caa_that_forbids_is_told_before_an_order), ACME_TEST(caa_narrows_the_challenges),
       ACME_TEST(caa_of_shared_parents_is_asked_once), ACME_TEST(caa_is_not_asked_where_it_cannot_be),
       ACME_TEST(a_silent_resolver_costs_two_seconds_once), ACME_TEST(a_missing_record_is_shown_and_nothing_ordered),
       ACME_TEST(a_record_that_does_not_do_is_told_so), ACME_TEST(without_its_record_another_type_is_used),
       ACME_TEST(a_record_above_does_for_names_below), ACME_TEST(a_record_that_ends_soon_is_warned_of),
       ACME_TEST(a_lost_account_is_not_replaced_behind_its_records),
       ACME_TEST(an_account_that_the_ca_forgot_is_not_replaced_either), ACME_TEST(lines_and_times)});
}
