#include "common/challenge/dns_providers.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_dns_provider.hpp"
#include "tests/fakes/recording_logger.hpp"

using namespace acme;
using namespace acme_test;

namespace {

DnsProviderConfig provider(const std::string& name, std::vector<std::string> zones = {}) {
  DnsProviderConfig config;
  config.where = "a.conf:7";
  config.name = name;
  config.zones = std::move(zones);
  return config;
}

struct World {
  DnsProviders& load() {
    const auto make = [this](const IssuerConfig&,
                             const DnsProviderConfig& config) -> Result<std::unique_ptr<DnsProvider>> {
      if (config.name == "broken") return Error{ErrorKind::configuration, "no such region"};
      return std::unique_ptr<DnsProvider>{std::make_unique<MemoryDnsProvider>(scheduler, zone)};
    };
    return providers.emplace(issuers, make, log);
  }
  IssuerConfig& issuer(const std::string& name) {
    issuers[name].name = name;
    return issuers[name];
  }
  std::string chosen(const std::string& asked, const std::string& target) {
    const auto* found = providers->choose("le", asked, target);
    return found == nullptr ? "none" : found->config->name;
  }

  ManualClock clock;
  Scheduler scheduler{clock};
  RecordingLogger log;
  MemoryZone zone;
  std::map<std::string, IssuerConfig> issuers;
  std::optional<DnsProviders> providers;
};

JournaledRecord record(const std::string& issuer, const std::string& provider, const std::string& name) {
  return {issuer, provider, "id", name, name, "v", {}, 0, false};
}

}  // namespace

static void the_longest_zone_wins() {
  World world;
  auto& le = world.issuer("le");
  le.dns_providers.push_back(provider("one", {"a.test", "c.b.test"}));
  le.dns_providers.push_back(provider("two", {"b.test", "x.a.test"}));
  le.dns_providers.push_back(provider("rest"));
  world.issuer("other").dns_providers.push_back(provider("foreign", {"_acme-challenge.a.test"}));
  world.load();
  const auto direct = [&](const std::string& name) { return world.chosen(name, name); };
  CHECK_EQ(direct("_acme-challenge.a.test"), "one");
  CHECK_EQ(direct("a.test"), "one");
  CHECK_EQ(direct("_acme-challenge.y.x.a.test"), "two");
  CHECK_EQ(direct("_acme-challenge.c.b.test"), "one");
  CHECK_EQ(direct("_acme-challenge.bb.test"), "rest");
  CHECK_EQ(direct("aa.test"), "rest");
  // A CNAME leads to who can change its target; without one for the target, to who is for the name.
  CHECK_EQ(world.chosen("_acme-challenge.a.test", "a.b.test"), "two");
  CHECK_EQ(world.chosen("_acme-challenge.a.test", "uuid.elsewhere.test"), "one");
  CHECK_EQ(world.chosen("_acme-challenge.q.test", "uuid.elsewhere.test"), "rest");
}

static void without_a_default_some_names_have_none() {
  World world;
  world.issuer("le").dns_providers.push_back(provider("one", {"a.test"}));
  world.load();
  CHECK_EQ(world.chosen("b.test", "b.test"), "none");
  CHECK(world.providers->choose("nobody", "a.test", "a.test") == nullptr);
}

static void one_that_cannot_be_made_is_told_and_kept() {
  World world;
  world.issuer("le").dns_providers.push_back(provider("broken"));
  world.load();
  CHECK(world.log.has("a.conf:7: dns_provider broken: no such region"));
  const auto* found = world.providers->choose("le", "a.test", "a.test");
  CHECK(found != nullptr && found->provider == nullptr);
  CHECK_EQ(found->error.message, "dns_provider broken: no such region");
}

static void a_record_of_before_finds_its_provider() {
  World world;
  auto& le = world.issuer("le");
  le.dns_providers.push_back(provider("one", {"a.test"}));
  le.dns_providers.push_back(provider("one", {"b.test"}));
  le.dns_providers.push_back(provider("two"));
  world.issuer("other").dns_providers.push_back(provider("three"));
  world.load();
  const auto zone_of = [&](const JournaledRecord& one) {
    const auto* found = world.providers->find(one);
    return found == nullptr ? "none" : cat(found->config->name, " ", join(found->config->zones, ","));
  };
  CHECK_EQ(zone_of(record("le", "one", "x.b.test")), "one b.test");
  CHECK_EQ(zone_of(record("le", "one", "x.moved.test")), "one a.test");
  CHECK_EQ(zone_of(record("le", "two", "x.a.test")), "two ");
  CHECK_EQ(zone_of(record("gone", "three", "x.a.test")), "three ");
  CHECK_EQ(zone_of(record("le", "gone", "x.a.test")), "none");
}

int main() {
  return acme_test::run("dns_providers", {
                                             ACME_TEST(the_longest_zone_wins),
                                             ACME_TEST(without_a_default_some_names_have_none),
                                             ACME_TEST(one_that_cannot_be_made_is_told_and_kept),
                                             ACME_TEST(a_record_of_before_finds_its_provider),
                                         });
}
