#include "common/dns/authoritative.hpp"

#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kName = "_acme-challenge.example.org";
constexpr auto kOne = "192.0.2.1:53";
constexpr auto kTwo = "192.0.2.2:53";
constexpr auto kSix = "[2001:db8::2]:53";

/// example.org on two servers, the second with an IPv6 address too.
struct World {
  ManualClock clock;
  Scheduler scheduler{clock};
  ScriptedDns dns{scheduler};
  RecordingLogger log;
  VisibilityOptions options;

  World() {
    dns.set_zone("example.org", {"ns1.example.org", "ns2.example.org"});
    dns.set("ns1.example.org", DnsType::a, {"192.0.2.1"});
    dns.set("ns2.example.org", DnsType::a, {"192.0.2.2"});
    dns.set("ns2.example.org", DnsType::aaaa, {"2001:db8::2"});
    options.subject = "example.org";
    options.limit = Seconds{60};
  }
  ~World() { stop(scheduler); }

  std::vector<Status> wait(std::vector<ExpectedTxt> records) {
    return run(scheduler, clock, wait_until_visible({scheduler, dns, log}, std::move(records), options));
  }
  Status wait_one() { return wait({{kName, "right"}}).at(0); }
  Duration spent() const { return clock.steady_now() - begun; }
  const SteadyTime begun = clock.steady_now();
};

}  // namespace

static void what_is_there_is_seen_at_once() {
  World world;
  world.dns.set(kName, DnsType::txt, {"other", "right"});
  CHECK_OK(world.wait_one());
  CHECK(world.spent() == Duration{0});
  CHECK_EQ(world.dns.count(kName, DnsType::txt), 3U);
  CHECK(!world.dns.questions().back().recursive);
  CHECK(world.log.lines().empty());
}

static void a_server_that_lags_is_waited_for() {
  World world;
  world.dns.set(kName, DnsType::txt, {"right"});
  world.dns.set_at(kTwo, kName, DnsType::txt, {"old"});
  world.dns.on_question([&](const DnsQuestion&) {
    if (world.spent() > Seconds{20}) world.dns.set_at(kTwo, kName, DnsType::txt, {"right"});
  });
  CHECK_OK(world.wait_one());
  CHECK(world.spent() > Seconds{20} && world.spent() < Seconds{26});
  CHECK(world.log.has("missing at ns2.example.org (192.0.2.2)"));
  CHECK(world.log.lines().size() <= 3);
  CHECK_EQ(world.dns.count("example.org", DnsType::ns), 1U);
}

static void what_never_appears_names_the_server() {
  World world;
  world.dns.set(kName, DnsType::txt, {"right"});
  world.dns.set_at(kTwo, kName, DnsType::txt, {"old"});
  const Status status = world.wait_one();
  CHECK(!status && status.error().problem_type == "notVisible");
  CHECK(status.error().message.find("ns2.example.org (192.0.2.2) has \"old\"") != std::string::npos);
  CHECK(status.error().message.find("ns1") == std::string::npos);
  CHECK(world.spent() == Seconds{60});
}

static void silent_and_lame_servers_are_named_and_left_out() {
  for (const bool lame : {false, true}) {
    World world;
    world.dns.set(kName, DnsType::txt, {"right"});
    if (lame) world.dns.set_server_outcome(kTwo, DnsOutcome::found, false);
    if (!lame) world.dns.silence(kTwo);
    CHECK_OK(world.wait_one());
    CHECK(world.spent() < Seconds{10});
    CHECK_EQ(world.log.count(LogLevel::warn), 1U);
    CHECK(world.log.has("ns2.example.org (192.0.2.2)"));
  }
}

static void a_family_without_a_way_is_left_out_silently() {
  World world;
  world.dns.set(kName, DnsType::txt, {"right"});
  world.dns.silence(kSix);
  CHECK_OK(world.wait_one());
  CHECK_EQ(world.log.count(LogLevel::warn), 0U);
}

static void where_no_server_answers_the_resolvers_are_asked() {
  World world;
  world.dns.set(kName, DnsType::txt, {"right"});
  for (const auto* server : {kOne, kTwo, kSix}) world.dns.silence(server);
  CHECK_OK(world.wait_one());
  CHECK(world.spent() < Seconds{15});
  CHECK(world.log.has("its resolvers are asked instead"));
  CHECK(world.dns.questions().back().servers.empty() && world.dns.questions().back().recursive);
}

static void what_resolvers_alone_do_not_see_passes_with_a_warning() {
  World world;
  world.dns.set(kName, DnsType::txt, {"of before"});
  for (const auto* server : {kOne, kTwo, kSix}) world.dns.silence(server);
  CHECK_OK(world.wait_one());
  CHECK(world.spent() > Seconds{20} && world.spent() < Seconds{40});
  CHECK_EQ(world.log.count(LogLevel::warn), 2U);
  CHECK(world.log.has("the CA is asked all the same"));
}

static void silence_everywhere_is_an_error() {
  World world;
  for (const auto* server : {kOne, kTwo, kSix}) world.dns.silence(server);
  world.dns.silence(kName);
  // The zone itself is found through its parent.
  world.dns.set_zone(kName, {"ns1.example.org"});
  const auto status = world.wait({{kName, "right"}}).at(0);
  CHECK(!status && status.error().kind == ErrorKind::transport);
}

static void named_servers_are_asked_instead() {
  World world;
  world.options.check_servers = {"198.51.100.1:5353", "198.51.100.2"};
  world.dns.set_at("198.51.100.1:5353", kName, DnsType::txt, {"right"});
  world.dns.set_at("198.51.100.2", kName, DnsType::txt, {});
  const Status status = world.wait_one();
  CHECK(status.error().message.find("198.51.100.2 has no such record") != std::string::npos);
  CHECK_EQ(world.dns.count("example.org", DnsType::soa) + world.dns.count(kName, DnsType::soa), 0U);
  CHECK(world.dns.questions().back().recursive);
}

static void a_hundred_records_go_side_by_side() {
  World world;
  world.dns.set_delay(std::chrono::milliseconds{10});
  std::vector<ExpectedTxt> records;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "_acme-challenge.n" + std::to_string(i) + ".example.org";
    world.dns.set(name, DnsType::txt, {"value " + std::to_string(i)});
    records.push_back({name, "value " + std::to_string(i)});
  }
  records.push_back({"_acme-challenge.unknown.test", "x"});
  const auto statuses = world.wait(records);
  for (int i = 0; i < 100; ++i) CHECK_OK(statuses.at(static_cast<std::size_t>(i)));
  CHECK(statuses.at(100).error().kind == ErrorKind::not_found);
  CHECK(world.spent() < std::chrono::milliseconds{100});
  CHECK_EQ(world.dns.count("ns1.example.org", DnsType::a), 1U);
}

static void a_stop_ends_the_wait() {
  World world;
  std::vector<Status> statuses;
  const auto keep = [](World* w, std::vector<Status>* into) -> Task<void> {
    std::vector<ExpectedTxt> records{{kName, "right"}};
    auto task = wait_until_visible({w->scheduler, w->dns, w->log}, std::move(records), w->options);
    auto result = co_await std::move(task);
    *into = std::move(result);
  };
  auto task = keep(&world, &statuses);
  world.scheduler.spawn(std::move(task));
  pass(world.scheduler, world.clock, Seconds{3});
  stop(world.scheduler);
  CHECK(statuses.at(0).error().kind == ErrorKind::cancelled);
}

int main() {
  return acme_test::run(
      "dns/authoritative",
      {ACME_TEST(what_is_there_is_seen_at_once), ACME_TEST(a_server_that_lags_is_waited_for),
       ACME_TEST(what_never_appears_names_the_server), ACME_TEST(silent_and_lame_servers_are_named_and_left_out),
       ACME_TEST(a_family_without_a_way_is_left_out_silently),
       ACME_TEST(where_no_server_answers_the_resolvers_are_asked),
       ACME_TEST(what_resolvers_alone_do_not_see_passes_with_a_warning), ACME_TEST(silence_everywhere_is_an_error),
       ACME_TEST(named_servers_are_asked_instead), ACME_TEST(a_hundred_records_go_side_by_side),
       ACME_TEST(a_stop_ends_the_wait)});
}
