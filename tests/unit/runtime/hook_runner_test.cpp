#include "common/runtime/hook_runner.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/seeded_random.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// Programs that take some time and end as told.
struct World {
  World() {
    for (const char* name : {"a.test", "b.test"}) {
      CertificateConfig certificate;
      certificate.id = cat(name, "-1");
      certificate.issuer = "ca";
      certificate.first_name = name;
      certificate.names = {{IdentifierType::dns, name}, {IdentifierType::dns, cat("www.", name)}};
      configuration.sets.push_back({{configuration.certificates.size()}, certificate.names, {}});
      configuration.certificates.push_back(certificate);
    }
    meta.serial = "0a1b";
    meta.issuer = "fallback";
    meta.not_after = UtcTime{Seconds{1800000000}};
  }
  ~World() { end(); }

  void add_hook(HookEvent event, std::vector<std::string> argv) { configuration.hooks.push_back({"", event, argv}); }

  void start() {
    end();
    life = std::make_unique<Life>(*this);
    life->scheduler.spawn(life->runner->run());
  }
  void end() {
    if (life) stop(life->scheduler);
    life.reset();
  }
  void happens(HookEvent event, std::size_t certificate = 0, std::uint64_t version = 1, std::string message = "") {
    life->runner->happened({event, &configuration.certificates[certificate], version, std::move(message)});
  }
  void pass(Duration duration) { acme_test::pass(life->scheduler, clock, duration); }
  /// Of the one that began last.
  std::string variable(const std::string& name) const {
    for (const auto& entry : commands.back().environment) {
      if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
    }
    return "(none)";
  }

  struct Life {
    explicit Life(World& world) : scheduler{world.clock} {
      HookRunner::Services services;
      services.scheduler = &scheduler;
      services.random = &world.random;
      services.log = &world.log;
      services.run = [&world, this](ChildCommand command) { return world.run(scheduler, std::move(command)); };
      services.save = [&world](const std::vector<PendingHook>& pending) -> Status {
        world.stored = pending;
        return {};
      };
      services.meta = [&world](const std::string&) { return &world.meta; };
      services.state_path = "/state";
      runner = std::make_unique<HookRunner>(world.configuration, world.stored, std::move(services));
    }
    Scheduler scheduler;
    std::unique_ptr<HookRunner> runner;
  };

  Task<Result<ChildOutcome>> run(Scheduler& scheduler, ChildCommand command) {
    commands.push_back(command);
    most = std::max(most, ++now);
    const Wake wake = co_await scheduler.sleep_for(takes);
    --now;
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopping"};
    ChildOutcome outcome;
    outcome.exited = true;
    outcome.output = "said\x1b[31m this\n";
    const auto left = failures.find(command.argv.front());
    if (left != failures.end() && left->second > 0) {
      --left->second;
      outcome.exit_status = 7;
    }
    co_return outcome;
  }

  ManualClock clock;
  SeededRandom random{3};
  RecordingLogger log;
  Configuration configuration;
  VersionMeta meta;
  std::vector<PendingHook> stored;
  std::vector<ChildCommand> commands;
  std::map<std::string, int> failures;  // how often it fails
  Duration takes = 1s;
  int now = 0;
  int most = 0;
  std::unique_ptr<Life> life;
};

}  // namespace

static void it_runs_once_with_its_own_words_and_environment() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell", "a b", "$NAME"});
  world.add_hook(HookEvent::failed, {"/bin/other"});
  world.start();
  world.happens(HookEvent::renewed);
  world.pass(1min);
  CHECK_EQ(world.commands.size(), 1U);
  CHECK(world.commands[0].argv == (std::vector<std::string>{"/bin/tell", "a b", "$NAME"}));
  CHECK_EQ(world.variable("ACME_EVENT"), "renewed");
  CHECK_EQ(world.variable("ACME_NAME"), "a.test");
  CHECK_EQ(world.variable("ACME_NAMES"), "a.test www.a.test");
  CHECK_EQ(world.variable("ACME_ISSUER"), "fallback");
  CHECK_EQ(world.variable("ACME_CERTIFICATE_ID"), "a.test-1");
  CHECK_EQ(world.variable("ACME_SERIAL"), "0a1b");
  CHECK_EQ(world.variable("ACME_NOT_AFTER"), "2027-01-15T08:00:00Z");
  CHECK_EQ(world.variable("RENEWED_LINEAGE"), "/state/live/a.test");
  CHECK_EQ(world.variable("RENEWED_DOMAINS"), "a.test www.a.test");
  CHECK(world.stored.empty());
}

static void foreign_words_are_cleaned() {
  World world;
  world.add_hook(HookEvent::failed, {"/bin/tell"});
  world.start();
  world.happens(HookEvent::failed, 0, 0, "the CA says \x1b[2J\nPATH=/evil");
  world.pass(1min);
  CHECK_EQ(world.variable("ACME_MESSAGE"), "the CA says ?[2J?PATH=/evil");
  CHECK_EQ(world.variable("RENEWED_LINEAGE"), "(none)");
  CHECK_EQ(world.variable("ACME_ISSUER"), "ca");
}

static void a_failing_one_is_tried_again_then_given_up() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell"});
  world.failures["/bin/tell"] = 2;
  world.start();
  world.happens(HookEvent::renewed);
  world.pass(5min);
  CHECK_EQ(world.commands.size(), 3U);
  CHECK(world.log.has("a.test: the hook /bin/tell for renewed ended with status 7: said?[31m this; tried again in"));
  CHECK_EQ(world.log.count(LogLevel::error), 0U);
  world.failures["/bin/tell"] = 100;
  world.happens(HookEvent::renewed, 0, 2);
  world.pass(24h);
  CHECK_EQ(world.commands.size(), 8U);
  CHECK_EQ(world.log.count(LogLevel::error), 1U);
  CHECK(world.log.has("given up after 5 attempts"));
  CHECK(world.stored.empty());
}

static void nobody_waits_for_anothers_failure_or_hang() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/bad"});
  world.add_hook(HookEvent::renewed, {"/bin/good"});
  world.failures["/bin/bad"] = 100;
  world.takes = 60s;
  world.start();
  world.happens(HookEvent::renewed, 0);
  world.happens(HookEvent::renewed, 1);
  world.pass(1s);
  CHECK_EQ(world.commands.size(), 4U);
  CHECK_EQ(world.life->runner->busy(), 4U);
}

static void not_all_run_at_once() {
  World world;
  for (int i = 0; i < 30; ++i) world.add_hook(HookEvent::renewed, {cat("/bin/tell", i)});
  world.start();
  world.happens(HookEvent::renewed);
  world.pass(1min);
  CHECK_EQ(world.commands.size(), 30U);
  CHECK_EQ(world.most, 8);
}

static void what_did_not_succeed_outlives_the_engine() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell"});
  world.add_hook(HookEvent::failed, {"/bin/tell"});
  world.start();
  world.happens(HookEvent::renewed);
  world.happens(HookEvent::failed);
  CHECK_EQ(world.stored.size(), 1U);
  world.end();  // while they run
  world.start();
  world.pass(1min);
  CHECK_EQ(world.commands.size(), 3U);
  CHECK(world.stored.empty());
  // The back-off does, too.
  world.failures["/bin/tell"] = 2;
  world.happens(HookEvent::renewed, 0, 2);
  world.pass(20s);
  CHECK_EQ(world.commands.size(), 5U);
  world.start();
  world.pass(20s);
  CHECK_EQ(world.commands.size(), 5U);
  world.pass(2min);
  CHECK_EQ(world.commands.size(), 6U);
}

static void what_is_no_longer_configured_is_dropped() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell", "x"});
  world.failures["/bin/tell"] = 100;
  world.start();
  world.happens(HookEvent::renewed);
  world.pass(2s);
  CHECK_EQ(world.stored.size(), 1U);
  world.configuration.hooks[0].argv = {"/bin/tell", "y"};
  world.start();
  world.pass(24h);
  CHECK_EQ(world.commands.size(), 1U);
}

static void a_newer_event_takes_the_place_of_a_pending_one() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell"});
  world.failures["/bin/tell"] = 3;
  world.start();
  world.happens(HookEvent::renewed, 0, 1);
  world.pass(100s);  // waits for minutes now
  CHECK_EQ(world.commands.size(), 3U);
  world.failures.clear();
  world.happens(HookEvent::renewed, 0, 2);
  world.pass(5s);
  CHECK_EQ(world.commands.size(), 4U);
  world.pass(24h);
  CHECK_EQ(world.commands.size(), 4U);
}

static void a_later_event_while_it_runs_runs_it_again() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell"});
  world.takes = 10s;
  world.start();
  world.happens(HookEvent::renewed, 0, 1);
  world.pass(1s);
  world.happens(HookEvent::renewed, 0, 2);
  world.pass(1min);
  CHECK_EQ(world.commands.size(), 2U);
}

static void a_stop_lets_what_runs_end_and_keeps_the_rest() {
  World world;
  world.add_hook(HookEvent::renewed, {"/bin/tell"});
  world.failures["/bin/tell"] = 1;
  world.start();
  world.happens(HookEvent::renewed);
  world.pass(500ms);
  world.life->runner->stop();
  world.happens(HookEvent::renewed, 1);
  world.pass(1min);
  CHECK_EQ(world.life->scheduler.running(), 0U);
  CHECK_EQ(world.commands.size(), 1U);
  CHECK_EQ(world.stored.size(), 2U);
}

static void a_challenge_is_prepared_by_all_in_turn() {
  World world;
  world.add_hook(HookEvent::challenge_setup, {"/bin/one"});
  world.add_hook(HookEvent::challenge_setup, {"/bin/two"});
  world.start();
  const PublishedChallenge challenge{"a.test-1", "www.a.test", "http-01", "tok", "tok.thumb"};
  auto prepared = run(world.life->scheduler, world.clock, world.life->runner->challenge_published(challenge));
  CHECK_OK(prepared);
  CHECK_EQ(world.commands.size(), 2U);
  CHECK_EQ(world.variable("ACME_EVENT"), "challenge-setup");
  CHECK_EQ(world.variable("ACME_CHALLENGE_NAME"), "www.a.test");
  CHECK_EQ(world.variable("ACME_CHALLENGE_TOKEN"), "tok");
  CHECK_EQ(world.variable("ACME_CHALLENGE_VALUE"), "tok.thumb");
  world.failures["/bin/one"] = 1;
  prepared = run(world.life->scheduler, world.clock, world.life->runner->challenge_published(challenge));
  CHECK(!prepared);
  CHECK(prepared.error().kind == ErrorKind::io);
  CHECK(prepared.error().message.find("the hook /bin/one for challenge-setup ended with status 7") !=
        std::string::npos);
  CHECK_EQ(world.commands.size(), 3U);
}

int main() {
  return acme_test::run(
      "hook_runner",
      {ACME_TEST(it_runs_once_with_its_own_words_and_environment), ACME_TEST(foreign_words_are_cleaned),
       ACME_TEST(a_failing_one_is_tried_again_then_given_up), ACME_TEST(nobody_waits_for_anothers_failure_or_hang),
       ACME_TEST(not_all_run_at_once), ACME_TEST(what_did_not_succeed_outlives_the_engine),
       ACME_TEST(what_is_no_longer_configured_is_dropped), ACME_TEST(a_newer_event_takes_the_place_of_a_pending_one),
       ACME_TEST(a_later_event_while_it_runs_runs_it_again), ACME_TEST(a_stop_lets_what_runs_end_and_keeps_the_rest),
       ACME_TEST(a_challenge_is_prepared_by_all_in_turn)});
}
