#include "common/challenge/provider_challenges.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/memory_dns_provider.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"
#include "tests/fakes/seeded_random.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// An issuer whose providers each have a zone in memory, and a DNS that shows what is in them.
struct World {
  ~World() { stop(scheduler); }

  DnsProviderConfig& add(const std::string& name, std::vector<std::string> below = {}) {
    issuers["le"].name = "le";
    DnsProviderConfig& config = issuers["le"].dns_providers.emplace_back();
    config.name = name;
    config.zones = std::move(below);
    config.check = DnsCheck::off;
    return config;
  }
  void begin() {
    const auto make = [this](const IssuerConfig&,
                             const DnsProviderConfig& config) -> Result<std::unique_ptr<DnsProvider>> {
      if (config.name == "broken") return Error{ErrorKind::configuration, "no such region"};
      return std::unique_ptr<DnsProvider>{std::make_unique<MemoryDnsProvider>(scheduler, zones[config.name])};
    };
    providers.emplace(issuers, make, log);
    RecordBook::Services services;
    services.scheduler = &scheduler;
    services.random = &random;
    services.log = &log;
    services.providers = &*providers;
    services.save = [this](const std::vector<JournaledRecord>& records) -> Status {
      if (disk_full) return Error{ErrorKind::io, "no space"};
      journal = records;
      for (const auto& [name, zone] : zones) calls_at_save.push_back(zone.calls.size());
      return {};
    };
    book.emplace(std::move(services));
    ProviderChallenges::Services mine;
    mine.scheduler = &scheduler;
    mine.lookup = &dns;
    mine.log = &log;
    mine.providers = &*providers;
    mine.book = &*book;
    challenges.emplace(mine);
    scheduler.spawn(book->run());
  }
  std::vector<Status> present(const std::vector<std::string>& names, const std::string& certificate = "cert",
                              const std::string& value = "v") {
    if (!challenges) begin();
    std::vector<DnsChallenge> wanted;
    for (const auto& name : names) wanted.push_back({name, cat("_acme-challenge.", name), value});
    return acme_test::run(scheduler, clock, challenges->present("le", certificate, std::move(wanted)));
  }
  void pass(Duration duration) { acme_test::pass(scheduler, clock, duration); }

  ManualClock clock;
  Scheduler scheduler{clock};
  SeededRandom random{1};
  RecordingLogger log;
  ScriptedDns dns{scheduler};
  std::map<std::string, IssuerConfig> issuers;
  std::map<std::string, MemoryZone> zones;
  std::vector<JournaledRecord> journal;
  std::vector<std::size_t> calls_at_save;
  bool disk_full = false;
  std::optional<DnsProviders> providers;
  std::optional<RecordBook> book;
  std::optional<ProviderChallenges> challenges;
};

/// How often the provider was asked to set records.
long times_presented(const MemoryZone& zone) {
  return std::count_if(zone.calls.begin(), zone.calls.end(),
                       [](const std::string& call) { return call.starts_with("present "); });
}

/// "ok", or its message.
std::string shown(const Status& status) { return status ? "ok" : status.error().message; }

}  // namespace

static void a_provider_is_asked_once_for_all_its_records() {
  World world;
  world.add("one", {"a.test"});
  world.add("rest");
  const auto results = world.present({"a.test", "b.test", "w.a.test", "c.test"});
  for (const auto& result : results) CHECK_EQ(shown(result), "ok");
  CHECK_EQ(join(world.zones["one"].calls, "; "), "present _acme-challenge.a.test=v _acme-challenge.w.a.test=v");
  CHECK_EQ(join(world.zones["rest"].calls, "; "), "present _acme-challenge.b.test=v _acme-challenge.c.test=v");
  CHECK_EQ(world.journal.size(), 4U);
  // Written down before anybody was asked.
  for (const auto calls : world.calls_at_save) CHECK_EQ(calls, 0U);
  world.challenges->retire("cert");
  world.pass(1s);
  CHECK_EQ(world.zones["one"].all() + world.zones["rest"].all(), "");
  CHECK(world.journal.empty());
}

static void cnames_are_followed() {
  World world;
  world.add("own", {"a.test"});
  world.add("delegated", {"d.test"});
  world.dns.set("_acme-challenge.a.test", DnsType::cname, {"a.d.test"});
  CHECK_EQ(shown(world.present({"a.test"})[0]), "ok");
  CHECK_EQ(world.zones["delegated"].all(), "a.d.test=v");
  CHECK_EQ(world.journal[0].asked_name, "_acme-challenge.a.test");
  CHECK_EQ(world.journal[0].name, "a.d.test");
  world.challenges->retire("cert");
  world.pass(1s);
  CHECK_EQ(world.zones["delegated"].all(), "");
}

static void a_resolver_that_is_silent_costs_a_moment() {
  World world;
  world.add("own");
  world.dns.silence("_acme-challenge.a.test");
  const auto began = world.clock.steady_now();
  CHECK_EQ(shown(world.present({"a.test", "b.test"})[0]), "ok");
  CHECK(world.clock.steady_now() - began <= 6s);
  CHECK_EQ(world.zones["own"].all(), "_acme-challenge.a.test=v _acme-challenge.b.test=v");
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
}

static void one_that_finds_its_own_way_gets_the_name_before_the_cname() {
  World world;
  world.add("own");
  world.zones["own"].before_cname = true;
  world.dns.set("_acme-challenge.a.test", DnsType::cname, {"uuid.d.test"});
  CHECK_EQ(shown(world.present({"a.test"})[0]), "ok");
  CHECK_EQ(world.zones["own"].all(), "_acme-challenge.a.test=v");
}

static void what_is_refused_keeps_no_other_name() {
  World world;
  world.add("own");
  world.zones["own"].fault = [](const std::string& call) -> std::optional<Error> {
    if (call.find("b.test") == std::string::npos) return std::nullopt;
    return Error{ErrorKind::problem, "no such zone"};
  };
  const auto results = world.present({"a.test", "b.test", "c.test"});
  CHECK_EQ(shown(results[0]), "ok");
  CHECK_EQ(shown(results[1]), "dns_provider own: no such zone");
  CHECK_EQ(shown(results[2]), "ok");
  CHECK_EQ(times_presented(world.zones["own"]), 4);
  // What may be there of it is removed as well, as soon as the provider lets us.
  CHECK_EQ(world.journal.size(), 3U);
  // One name by itself is asked for once.
  CHECK_EQ(shown(world.present({"b.test", "b.test"}, "other")[1]), "dns_provider own: no such zone");
  CHECK_EQ(times_presented(world.zones["own"]), 5);
}

static void a_provider_that_does_not_answer_is_not_asked_name_by_name() {
  World world;
  world.add("own");
  world.zones["own"].fault = [](const std::string&) { return Error{ErrorKind::transport, "connection refused"}; };
  for (const auto& result : world.present({"a.test", "b.test"})) {
    CHECK_EQ(shown(result), "dns_provider own: connection refused");
    CHECK(result.error().kind == ErrorKind::transport);
  }
  CHECK_EQ(times_presented(world.zones["own"]), 1);
}

static void names_without_a_provider_fail_by_themselves() {
  World world;
  world.add("own", {"a.test"});
  world.add("broken", {"b.test"});
  world.begin();
  const auto results = world.present({"a.test", "b.test", "c.test"});
  CHECK_EQ(shown(results[0]), "ok");
  CHECK_EQ(shown(results[1]), "dns_provider broken: no such region");
  CHECK_EQ(shown(results[2]), "no dns_provider of the issuer le is for _acme-challenge.c.test");
  CHECK(results[2].error().kind == ErrorKind::configuration);
  CHECK_EQ(world.journal.size(), 1U);
}

static void nothing_is_asked_that_is_not_written_down() {
  World world;
  world.add("own");
  world.disk_full = true;
  CHECK(world.present({"a.test"})[0].error().kind == ErrorKind::io);
  CHECK(world.zones["own"].calls.empty());
}

static void orders_for_one_name_do_not_disturb_one_another() {
  World world;
  world.add("own");
  world.present({"a.test"}, "rsa", "1");
  world.present({"a.test"}, "ecdsa", "2");
  CHECK_EQ(world.zones["own"].all(), "_acme-challenge.a.test=1 _acme-challenge.a.test=2");
  world.challenges->retire("rsa");
  world.pass(1s);
  CHECK_EQ(world.zones["own"].all(), "_acme-challenge.a.test=2");
  CHECK_EQ(join(std::vector<std::string>{world.zones["own"].calls.back()}, ""), "clean_up _acme-challenge.a.test=1");
}

static void a_value_of_two_challenges_is_one_record() {
  World world;
  world.add("own");
  const auto results = world.present({"a.test", "a.test"});
  CHECK_EQ(results.size(), 2U);
  CHECK_EQ(join(world.zones["own"].calls, "; "), "present _acme-challenge.a.test=v");
}

static void it_is_waited_before_the_first_look() {
  World world;
  world.add("own").propagation_delay = Seconds{90};
  const auto began = world.clock.steady_now();
  CHECK_EQ(shown(world.present({"a.test"})[0]), "ok");
  CHECK(world.clock.steady_now() - began >= 90s);
}

static void a_record_must_be_seen() {
  World world;
  auto& config = world.add("own");
  config.check = DnsCheck::authoritative;
  config.check_servers = {"192.0.2.1"};
  config.propagation_timeout = Seconds{30};
  world.dns.set_at("192.0.2.1", "_acme-challenge.a.test", DnsType::txt, {"other", "v"});
  const auto results = world.present({"a.test", "b.test"});
  CHECK_EQ(shown(results[0]), "ok");
  CHECK_EQ(results[1].error().problem_type, "notVisible");
  CHECK(results[1].error().message.find("192.0.2.1") != std::string::npos);
  // No CA will look for it: it is removed at once, whatever becomes of the order.
  world.pass(1s);
  CHECK_EQ(world.zones["own"].all(), "_acme-challenge.a.test=v");
  CHECK_EQ(world.journal.size(), 1U);
}

static void a_stop_ends_all() {
  World world;
  world.add("own").propagation_delay = Seconds{90};
  world.begin();
  std::optional<std::vector<Status>> results;
  world.scheduler.spawn(acme_test::detail::keep(
      world.challenges->present("le", "cert", {{"a.test", "_acme-challenge.a.test", "v"}}), results));
  world.pass(1s);
  stop(world.scheduler);
  CHECK(results && results->at(0).error().kind == ErrorKind::cancelled);
  CHECK_EQ(world.journal.size(), 1U);
}

int main() {
  return acme_test::run("provider_challenges", {
                                                   ACME_TEST(a_provider_is_asked_once_for_all_its_records),
                                                   ACME_TEST(cnames_are_followed),
                                                   ACME_TEST(a_resolver_that_is_silent_costs_a_moment),
                                                   ACME_TEST(one_that_finds_its_own_way_gets_the_name_before_the_cname),
                                                   ACME_TEST(what_is_refused_keeps_no_other_name),
                                                   ACME_TEST(a_provider_that_does_not_answer_is_not_asked_name_by_name),
                                                   ACME_TEST(names_without_a_provider_fail_by_themselves),
                                                   ACME_TEST(nothing_is_asked_that_is_not_written_down),
                                                   ACME_TEST(orders_for_one_name_do_not_disturb_one_another),
                                                   ACME_TEST(a_value_of_two_challenges_is_one_record),
                                                   ACME_TEST(it_is_waited_before_the_first_look),
                                                   ACME_TEST(a_record_must_be_seen),
                                                   ACME_TEST(a_stop_ends_all),
                                               });
}
