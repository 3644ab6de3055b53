#include "common/dns/zone.hpp"

#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct World {
  ManualClock clock;
  Scheduler scheduler{clock};
  ScriptedDns dns{scheduler};
  ~World() { stop(scheduler); }

  Result<Zone> zone(const std::string& name) { return run(scheduler, clock, find_zone(dns, name, DnsRoute{})); }
  Result<std::string> target(const std::string& name) {
    return run(scheduler, clock, follow_cnames(dns, name, DnsRoute{}));
  }
};

}  // namespace

static void names_and_their_parents() {
  CHECK(with_parents("a.b.c") == (std::vector<std::string>{"a.b.c", "b.c", "c"}));
  CHECK(with_parents("").empty());
}

static void the_nearest_zone_is_found() {
  World world;
  world.dns.set_zone("example.org", {"ns1.example.org"});
  world.dns.set_zone("sub.example.org", {"ns2.example.org"});
  CHECK_EQ(world.zone("_acme-challenge.www.example.org")->name, "example.org");
  CHECK_EQ(world.dns.questions().size(), 1U);  // told by the negative answer
  CHECK_EQ(world.zone("example.org")->primary, "ns1.example.org");
  const auto sub = world.zone("_acme-challenge.sub.example.org");
  CHECK_EQ(sub->name, "sub.example.org");
  CHECK_EQ(sub->primary, "ns2.example.org");
  CHECK_EQ(world.zone("sub.example.org")->name, "sub.example.org");
}

static void without_a_soa_beside_negative_answers_labels_are_climbed() {
  World world;
  world.dns.set("x.y.example.org", DnsType::a, {"192.0.2.1"});
  world.dns.set_zone("example.org", {"ns1.example.org"});
  // A CNAME hides what is beside it; its target's zone is another one.
  world.dns.set("_acme-challenge.example.org", DnsType::cname, {"elsewhere.example.net"});
  world.dns.set_zone("elsewhere.example.net", {"ns.example.net"});
  CHECK_EQ(world.zone("_acme-challenge.example.org")->name, "example.org");
  CHECK_EQ(world.dns.questions().size(), 2U);
}

static void failures_of_the_search_are_told() {
  World world;
  CHECK(world.zone("a.b.example.org").error().kind == ErrorKind::not_found);
  world.dns.set_outcome("example.net", DnsOutcome::refused);
  CHECK(world.zone("example.net").error().kind == ErrorKind::server_error);
  world.dns.silence("slow.example");
  CHECK(world.zone("slow.example").error().kind == ErrorKind::transport);
}

static void cnames_are_followed_to_their_end() {
  World world;
  world.dns.set("_acme-challenge.example.org", DnsType::cname, {"a.example.net"});
  world.dns.set("a.example.net", DnsType::cname, {"b.example.net"});
  CHECK_EQ(*world.target("_acme-challenge.example.org"), "b.example.net");
  CHECK_EQ(*world.target("none.example.org"), "none.example.org");
  world.dns.set("b.example.net", DnsType::cname, {"_acme-challenge.example.org"});
  CHECK(world.target("_acme-challenge.example.org").error().kind == ErrorKind::configuration);
}

static void a_long_row_of_cnames_is_given_up() {
  World world;
  for (int i = 0; i < 20; ++i)
    world.dns.set("c" + std::to_string(i) + ".example", DnsType::cname, {"c" + std::to_string(i + 1) + ".example"});
  CHECK(world.target("c0.example").error().kind == ErrorKind::configuration);
  CHECK_EQ(*world.target("c12.example"), "c20.example");
  CHECK(world.dns.questions().size() < 20);
}

int main() {
  return acme_test::run(
      "dns/zone",
      {ACME_TEST(names_and_their_parents), ACME_TEST(the_nearest_zone_is_found),
       ACME_TEST(without_a_soa_beside_negative_answers_labels_are_climbed), ACME_TEST(failures_of_the_search_are_told),
       ACME_TEST(cnames_are_followed_to_their_end), ACME_TEST(a_long_row_of_cnames_is_given_up)});
}
