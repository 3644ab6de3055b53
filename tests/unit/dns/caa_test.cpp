#include "common/dns/caa.hpp"

#include "common/base/text.hpp"
#include "tests/fakes/garbage.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kAccount = "https://ca.example/acct/1";

CaaRequest request(bool wildcard = false, const std::string& method = "dns-01") {
  return {{"ca.example", "ca2.example"}, kAccount, method, wildcard};
}

CaaRecord issue(const std::string& value) { return {false, "issue", value}; }
CaaRecord issue_wild(const std::string& value) { return {false, "issuewild", value}; }

CaaRefusal verdict(const std::vector<CaaRecord>& records, const CaaRequest& asked = request()) {
  return evaluate_caa(records, asked).refusal;
}

struct World {
  ManualClock clock;
  Scheduler scheduler{clock};
  ScriptedDns dns{scheduler};
  CaaReader reader{scheduler, dns};
  ~World() { stop(scheduler); }

  CaaReader::Reading read(std::vector<std::string> names) { return run(scheduler, clock, reader.read(names, {})); }
};

}  // namespace

static void issue_names_the_cas_that_may() {
  const struct {
    std::vector<CaaRecord> records;
    CaaRefusal expected;
  } rows[] = {
      {{}, CaaRefusal::none},
      {{issue("ca.example")}, CaaRefusal::none},
      {{issue("  CA.Example ; ")}, CaaRefusal::none},
      {{issue("ca2.example")}, CaaRefusal::none},
      {{issue("other.example")}, CaaRefusal::other_ca},
      {{issue("other.example"), issue("ca.example")}, CaaRefusal::none},
      {{issue(";")}, CaaRefusal::nobody},
      {{issue("")}, CaaRefusal::nobody},
      {{issue(";"), issue("ca.example")}, CaaRefusal::none},
      {{issue("%%%%%")}, CaaRefusal::nobody},
      {{issue("ca.example; no equals")}, CaaRefusal::nobody},
      {{issue("ca.example; a=b; ; c=d")}, CaaRefusal::nobody},
      {{issue("ca.example; a=\xff")}, CaaRefusal::nobody},
      {{issue("sub.ca.example")}, CaaRefusal::other_ca},
      {{{false, "iodef", "mailto:x@example.org"}}, CaaRefusal::none},
      {{{true, "iodef", "mailto:x@example.org"}}, CaaRefusal::none},
      {{{true, "tbs", "unknown"}, issue("ca.example")}, CaaRefusal::unknown_word},
      {{{false, "tbs", "unknown"}, issue("ca.example")}, CaaRefusal::none},
  };
  for (const auto& row : rows) CHECK(verdict(row.records) == row.expected);
}

static void wildcards_obey_issuewild_when_there_is_one() {
  CHECK(verdict({issue("other.example"), issue_wild("ca.example")}, request(true)) == CaaRefusal::none);
  CHECK(verdict({issue("ca.example"), issue_wild(";")}, request(true)) == CaaRefusal::nobody);
  CHECK(verdict({issue("ca.example")}, request(true)) == CaaRefusal::none);
  CHECK(verdict({issue("other.example")}, request(true)) == CaaRefusal::other_ca);
  CHECK(verdict({issue_wild(";")}, request(false)) == CaaRefusal::none);
}

static void account_and_method_narrow_it() {
  CHECK(verdict({issue("ca.example; accounturi=" + kAccount)}) == CaaRefusal::none);
  CHECK(verdict({issue("ca.example; AccountURI=https://ca.example/acct/2")}) == CaaRefusal::account);
  CHECK(verdict({issue("ca.example; accounturi=https://ca.example/acct/2"),
                 issue("ca.example; accounturi=" + kAccount)}) == CaaRefusal::none);
  CHECK(verdict({issue("ca.example; accounturi=" + kAccount + "; accounturi=" + kAccount)}) == CaaRefusal::account);
  CHECK(verdict({issue("ca.example; validationmethods=dns-01")}) == CaaRefusal::none);
  CHECK(verdict({issue("ca.example;validationmethods=http-01,dns-01 ; accounturi=" + kAccount)}) == CaaRefusal::none);
  CHECK(verdict({issue("ca.example; validationmethods=http-01")}) == CaaRefusal::method);
  CHECK(verdict({issue("ca.example; validationmethods=dns-01x")}) == CaaRefusal::method);
  CHECK(verdict({issue("ca.example; validationmethods=http-01")}, request(false, "")) == CaaRefusal::none);
  CHECK(verdict({issue("ca.example; unknown=1")}) == CaaRefusal::none);
}

static void a_ca_without_names_may_be_any() {
  CaaRequest unnamed = request();
  unnamed.ca_names.clear();
  CHECK(verdict({issue("other.example")}, unnamed) == CaaRefusal::none);
  CHECK(verdict({issue(";")}, unnamed) == CaaRefusal::nobody);
}

static void the_nearest_refusal_and_its_records_are_told() {
  const auto told = evaluate_caa(
      {issue("other.example"), issue("ca.example; validationmethods=http-01"), {true, "issue", "evil\n\"\x1b"}},
      request());
  CHECK(told.refusal == CaaRefusal::method);
  CHECK_EQ(told.records.size(), 3U);
  CHECK_EQ(told.records[1], "0 issue \"ca.example; validationmethods=http-01\"");
  CHECK(told.records[2].find('\n') == std::string::npos);
}

static void reading_climbs_to_the_nearest_set() {
  World world;
  world.dns.set("a.b.example.org", DnsType::a, {"192.0.2.1"});
  world.dns.set_caa("example.org", {issue("ca.example")});
  world.dns.set_caa("org", {issue("other.example")});
  auto found = run(world.scheduler, world.clock, read_caa(world.dns, "*.a.b.example.org", {}, Seconds{2}));
  CHECK_OK(found);
  CHECK_EQ(found->owner, "example.org");
  CHECK_EQ(found->records.at(0).value, "ca.example");
  CHECK_EQ(world.dns.count("org", DnsType::caa), 0U);
  found = run(world.scheduler, world.clock, read_caa(world.dns, "example.net", {}, Seconds{2}));
  CHECK_OK(found);
  CHECK(found->owner.empty() && found->records.empty());
}

static void a_cname_counts_with_what_it_points_to() {
  World world;
  world.dns.set("www.example.org", DnsType::cname, {"host.example.net"});
  world.dns.set_caa("host.example.net", {issue(";")});
  const auto found = run(world.scheduler, world.clock, read_caa(world.dns, "www.example.org", {}, Seconds{2}));
  CHECK_EQ(found->owner, "www.example.org");
}

static void all_names_of_an_order_are_read_at_once() {
  World world;
  world.dns.set_caa("example.org", {issue("ca.example")});
  world.dns.set_delay(std::chrono::milliseconds{20});
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back((i % 2 ? "*.n" : "n") + std::to_string(i / 2) + ".example.org");
  const auto begin = world.clock.steady_now();
  const auto reading = world.read(names);
  CHECK_EQ(reading.names.size(), 100U);
  for (const auto& name : reading.names) CHECK_EQ(name->owner, "example.org");
  CHECK_EQ(world.dns.count("example.org", DnsType::caa), 1U);
  CHECK_EQ(world.dns.questions().size(), 52U);
  CHECK(world.clock.steady_now() - begin < std::chrono::milliseconds{100});
}

static void silence_costs_two_seconds_once_in_ten_minutes() {
  World world;
  world.dns.silence("example.org");
  auto begin = world.clock.steady_now();
  auto reading = world.read({"www.example.org"});
  CHECK(reading.asked && !reading.names.at(0).ok());
  CHECK(reading.names[0].error().kind == ErrorKind::transport);
  CHECK(world.clock.steady_now() - begin <= Seconds{2});
  begin = world.clock.steady_now();
  world.dns.unsilence("example.org");
  reading = world.read({"www.example.org"});
  CHECK(!reading.asked && !reading.names.at(0).ok());
  CHECK(world.clock.steady_now() == begin);
  world.clock.advance(Seconds{600});
  CHECK_OK(world.read({"www.example.org"}).names.at(0));
}

static void a_failing_zone_is_an_error_of_its_names_alone() {
  World world;
  world.dns.set_outcome("bad.example", DnsOutcome::failed);
  const auto reading = world.read({"www.bad.example", "www.good.test"});
  CHECK(reading.names.at(0).error().kind == ErrorKind::server_error);
  CHECK_OK(reading.names.at(1));
  CHECK(world.read({"www.good.test"}).asked);
}

static void damaged_caa_values_are_judged() {
  const std::string own = cat("ca.example; accounturi=", kAccount, "; validationmethods=dns-01,http-01");
  Garbage garbage{3};
  int allowed = 0;
  for (int round = 0; round < 10000; ++round) {
    const CaaRecord record{garbage.below(4) == 0, garbage.below(4) == 0 ? garbage.of_text("issuewild") : "issue",
                           garbage.of_text(own)};
    for (const bool wildcard : {false, true}) {
      const auto verdict =
          evaluate_caa({record, {false, "issue", ";"}}, {{"ca.example"}, kAccount, "dns-01", wildcard});
      CHECK(!verdict.records.empty() && verdict.records.size() <= 2);
      for (const auto& shown : verdict.records) CHECK_EQ(cleaned(shown, 320), shown);
      if (!verdict.allowed()) continue;
      ++allowed;  // only by a value that still names the CA
      CHECK(to_lower(record.value).find("ca.example") != std::string::npos);
    }
  }
  CHECK(allowed > 100 && allowed < 19000);
}

int main() {
  return acme_test::run(
      "dns/caa", {ACME_TEST(issue_names_the_cas_that_may), ACME_TEST(wildcards_obey_issuewild_when_there_is_one),
                  ACME_TEST(account_and_method_narrow_it), ACME_TEST(a_ca_without_names_may_be_any),
                  ACME_TEST(the_nearest_refusal_and_its_records_are_told), ACME_TEST(reading_climbs_to_the_nearest_set),
                  ACME_TEST(a_cname_counts_with_what_it_points_to), ACME_TEST(all_names_of_an_order_are_read_at_once),
                  ACME_TEST(silence_costs_two_seconds_once_in_ten_minutes),
                  ACME_TEST(a_failing_zone_is_an_error_of_its_names_alone), ACME_TEST(damaged_caa_values_are_judged)});
}
