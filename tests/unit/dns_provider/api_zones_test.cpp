#include "common/dns_provider/api_zones.hpp"

#include "tests/check.hpp"

using namespace acme;

static void the_longest_suffix_is_the_zone() {
  const std::vector<ApiZone> zones{{"example.org", "1"}, {"sub.example.org", "2"}, {"ample.org", "3"}};
  const auto id = [&](const char* name) {
    const ApiZone* zone = best_zone(zones, name);
    return zone == nullptr ? std::string{} : zone->id;
  };
  CHECK_EQ(id("_acme-challenge.example.org"), "1");
  CHECK_EQ(id("example.org"), "1");
  CHECK_EQ(id("_acme-challenge.sub.example.org"), "2");
  CHECK_EQ(id("_acme-challenge.a.b.sub.example.org"), "2");
  CHECK_EQ(id("_acme-challenge.xsub.example.org"), "1");
  CHECK_EQ(id("_acme-challenge.test"), "");
  CHECK_EQ(id("org"), "");
  CHECK_EQ(best_zone({{"", "all"}, {"a.test", "a"}}, "x.b.test")->id, "all");
  CHECK_EQ(best_zone({{"", "all"}, {"a.test", "a"}}, "x.a.test")->id, "a");
}

static void names_are_told_relative_and_absolute() {
  const ApiZone zone{"example.org", "1"};
  CHECK_EQ(relative_name(zone, "_acme-challenge.www.example.org"), "_acme-challenge.www");
  CHECK_EQ(relative_name(zone, "example.org"), "@");
  CHECK_EQ(relative_name(zone, "example.org", ""), "");
  CHECK_EQ(absolute_name(zone, "_Acme-challenge"), "_acme-challenge.example.org");
  CHECK_EQ(absolute_name(zone, "@"), "example.org");
  CHECK_EQ(absolute_name(zone, ""), "example.org");
}

static void zone_names_come_in_many_forms() {
  CHECK_EQ(zone_name("Example.ORG.").value_or("-"), "example.org");
  CHECK_EQ(zone_name("b\xc3\xbc"
                     "cher.example")
               .value_or("-"),
           "xn--bcher-kva.example");
  CHECK(!zone_name(""));
  CHECK(!zone_name("."));
  CHECK(!zone_name("\xff.example"));
}

int main() {
  return acme_test::run("api_zones",
                        {ACME_TEST(the_longest_suffix_is_the_zone), ACME_TEST(names_are_told_relative_and_absolute),
                         ACME_TEST(zone_names_come_in_many_forms)});
}
