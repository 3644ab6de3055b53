#include "common/runtime/notice_sender.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/runtime/notice_desk.hpp"
#include "tests/check.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/seeded_random.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

const std::string kHook = "https://chat.example/in/T0K3N";

/// Receivers that take some time and fail as told; the desk before them, and certificates that may be in trouble.
struct World {
  ~World() { end(); }

  void add(NotifyKind kind, const std::string& target, std::vector<NoticeEvent> events = {}) {
    NotifyConfig config;
    config.kind = kind;
    config.target = target;
    config.events = std::move(events);
    receivers.push_back(std::move(config));
  }
  void start() {
    end();
    life = std::make_unique<Life>(*this);
    life->scheduler.spawn(life->desk->run());
  }
  void end() {
    if (life) stop(life->scheduler);
    life.reset();
  }
  void tell(const std::string& title, NoticeEvent event = NoticeEvent::failed) {
    Notice notice;
    notice.event = event;
    notice.time = clock.now();
    notice.title = title;
    life->desk->sender().tell(std::move(notice));
  }
  void pass(Duration duration) { acme_test::pass(life->scheduler, clock, duration); }
  /// The titles that arrived there.
  std::vector<std::string> titles(const std::string& target) const {
    std::vector<std::string> all;
    for (const auto& [to, notice] : arrived) {
      if (to == target) all.push_back(notice.title);
    }
    return all;
  }
  bool logged(const std::string& part) const { return log.has(part); }

  struct Life {
    explicit Life(World& world) : scheduler{world.clock} {
      NoticeSender::Services sending;
      sending.scheduler = &scheduler;
      sending.random = &world.random;
      sending.log = &world.log;
      sending.counters = &world.counters;
      sending.deliver = [&world, this](const NotifyConfig& to, Notice notice) {
        return world.deliver(scheduler, to, std::move(notice));
      };
      sending.host = "web1";
      NoticeDesk::Services services;
      services.scheduler = &scheduler;
      services.log = &world.log;
      services.troubles = [&world] { return world.troubles; };
      services.facts_of = [&world](const std::string&) { return std::optional{world.facts}; };
      services.save = [&world](const std::string& text) -> Status {
        if (world.full) return Error{ErrorKind::io, "no space left"};
        world.saved = text;
        ++world.saves;
        return {};
      };
      desk = std::make_unique<NoticeDesk>(std::make_unique<NoticeSender>(world.receivers, std::move(sending)),
                                          world.saved, std::move(services));
    }
    Scheduler scheduler;
    std::unique_ptr<NoticeDesk> desk;
  };

  Task<Status> deliver(Scheduler& scheduler, const NotifyConfig& to, Notice notice) {
    tries[to.target].push_back(clock.now());
    ids[to.target].push_back(notice.id);
    Duration takes = 10ms;
    if (at_once) {
      arrived.emplace_back(to.target, std::move(notice));
      co_return Status{};
    }
    if (hangs.contains(to.target)) takes = 20s;
    const Wake wake = co_await scheduler.sleep_for(takes);
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopping"};
    const auto left = failures.find(to.target);
    if (hangs.contains(to.target) || (left != failures.end() && left->second-- > 0)) {
      co_return Error{ErrorKind::transport, "no answer"};
    }
    arrived.emplace_back(to.target, std::move(notice));
    co_return Status{};
  }

  ManualClock clock;
  SeededRandom random{3};
  RecordingLogger log;
  Counters counters;
  std::vector<NotifyConfig> receivers;
  std::vector<Trouble> troubles;
  TroubledCertificate facts;
  std::string saved;
  int saves = 0;
  bool full = false;
  bool at_once = false;  // delivered without a wait, as syslog is
  std::map<std::string, int> failures;
  std::set<std::string> hangs;
  std::map<std::string, std::vector<UtcTime>> tries;
  std::map<std::string, std::vector<std::string>> ids;
  std::vector<std::pair<std::string, Notice>> arrived;
  std::unique_ptr<Life> life;
};

Trouble trouble(const TroubledCertificate& facts) {
  Trouble one;
  one.certificate = facts;
  one.cause = "dns";
  one.detail = "no such name";
  return one;
}

}  // namespace

static void each_is_told_of_what_it_wants() {
  World world;
  world.add(NotifyKind::webhook, kHook);
  world.add(NotifyKind::mail, "root", {NoticeEvent::renewed});
  world.add(NotifyKind::syslog, "daemon", {NoticeEvent::failed, NoticeEvent::renewed});
  world.start();
  world.tell("one failed");
  world.tell("two renewed", NoticeEvent::renewed);
  world.pass(1min);
  CHECK(world.titles(kHook) == std::vector<std::string>{"one failed"});
  CHECK(world.titles("root") == std::vector<std::string>{"two renewed"});
  CHECK_EQ(world.titles("daemon").size(), 2U);
  CHECK_EQ(world.arrived[0].second.host, "web1");
  CHECK_EQ(world.arrived[0].second.id.size(), 32U);
  CHECK_EQ((world.counters.notices[{"syslog", "sent"}]), 2U);
  CHECK(!world.logged("T0K3N"));
  CHECK(world.saved.find("T0K3N") == std::string::npos);
}

static void what_fails_is_tried_again_and_then_given_up() {
  World world;
  world.add(NotifyKind::webhook, kHook);
  world.failures[kHook] = 100;
  world.start();
  world.tell("one failed");
  world.pass(12h);
  const auto& tries = world.tries[kHook];
  CHECK_EQ(tries.size(), 6U);
  const std::vector<Seconds> pauses{5s, 60s, 600s, 3600s, 6 * 3600s};
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    const Seconds pause = tries[i + 1] - tries[i];
    CHECK(pause >= pauses[i] * 8 / 10 && pause <= pauses[i] * 12 / 10 + 1s);
  }
  for (const auto& id : world.ids[kHook]) CHECK_EQ(id, world.ids[kHook].front());
  CHECK(world.logged("notice to webhook chat.example: no answer; given up after 6 attempts: one failed"));
  CHECK_EQ((world.counters.notices[{"webhook", "failed"}]), 6U);
  // One that fails once is told once, and that it is over.
  world.failures[kHook] = 2;
  world.tell("two failed");
  world.pass(10min);
  CHECK_EQ(world.titles(kHook).size(), 1U);
  CHECK(world.logged("notices to webhook chat.example arrive again"));
}

static void one_that_hangs_delays_no_other() {
  World world;
  world.add(NotifyKind::webhook, kHook);
  world.add(NotifyKind::mail, "root");
  world.hangs = {kHook};
  world.start();
  for (int i = 0; i < 5; ++i) world.tell(cat("failed ", i));
  world.pass(1s);
  CHECK_EQ(world.titles("root").size(), 5U);
}

static void a_restart_goes_on_and_repeats_nothing() {
  World world;
  world.add(NotifyKind::webhook, kHook);
  world.add(NotifyKind::mail, "root");
  world.failures[kHook] = 1;
  world.start();
  world.tell("one failed");
  world.pass(1s);
  world.end();
  CHECK_EQ(world.titles("root").size(), 1U);
  CHECK(world.titles(kHook).empty());
  world.start();
  world.pass(1min);
  CHECK_EQ(world.titles("root").size(), 1U);
  CHECK(world.titles(kHook) == std::vector<std::string>{"one failed"});
  CHECK_EQ(world.ids[kHook].front(), world.ids[kHook].back());
  // Told while it ends: for the next.
  world.life->desk->stop();
  world.tell("two failed");
  world.pass(1s);
  world.end();
  world.start();
  world.pass(1min);
  CHECK_EQ(world.titles(kHook).size(), 2U);
  // Receivers that are gone, and a damaged memory.
  world.end();
  world.receivers.clear();
  world.add(NotifyKind::mail, "other");
  world.start();
  world.pass(1min);
  world.saved = "{\n[]\n{\"to\":7}\n\xff";
  world.start();
  world.pass(1min);
  CHECK(world.titles("other").empty());
}

static void a_storm_becomes_a_summary() {
  World world;
  world.add(NotifyKind::mail, "root");
  world.start();
  for (int i = 0; i < 50; ++i) {
    world.tell(cat("failed ", i));
    world.pass(10s);
  }
  CHECK_EQ(world.titles("root").size(), 10U);
  world.start();
  world.pass(2h);
  const auto titles = world.titles("root");
  CHECK_EQ(titles.size(), 11U);
  CHECK_EQ(titles.back(), "40 more notices within the last hour");
  CHECK(world.arrived.back().second.text.find("failed 10\n") != std::string::npos);
  CHECK(world.arrived.back().second.text.find("and 20 more") != std::string::npos);
  world.tell("one failed");
  world.pass(1min);
  CHECK_EQ(world.titles("root").back(), "one failed");
}

static void a_test_goes_to_one_alone() {
  World world;
  world.add(NotifyKind::webhook, kHook);
  world.add(NotifyKind::mail, "root", {NoticeEvent::renewed});
  world.start();
  world.pass(1s);
  std::optional<Status> outcome;
  const auto run = [](NoticeSender& sender, std::optional<Status>& out) -> Task<void> {
    auto task = sender.test(1);
    auto done = co_await std::move(task);
    out = done;
  };
  world.life->scheduler.spawn(run(world.life->desk->sender(), outcome));
  world.pass(1s);
  CHECK(outcome && outcome->ok());
  CHECK_EQ(world.arrived.size(), 1U);
  CHECK(world.arrived[0].second.event == NoticeEvent::test);
  CHECK_EQ(world.life->desk->sender().name_of(0), "webhook chat.example");
}

static void the_desk_looks_and_tells() {
  World world;
  world.add(NotifyKind::webhook, kHook);
  world.facts.id = world.facts.name = "a.test";
  world.facts.issuer = "ca";
  world.troubles = {trouble(world.facts)};
  world.start();
  world.pass(1min);
  CHECK(world.titles(kHook) == std::vector<std::string>{"a.test: no certificate could be had from ca"});
  const int saves = world.saves;
  world.pass(1h);
  CHECK_EQ(world.saves, saves);  // nothing to remember, nothing written
  world.start();
  world.pass(1h);
  CHECK_EQ(world.titles(kHook).size(), 1U);
  world.troubles.clear();
  world.facts.version = 1;
  world.pass(1min);
  CHECK_EQ(world.titles(kHook).back(), "a.test: works again");
  world.full = true;
  world.facts.version = 2;
  world.troubles = {trouble(world.facts)};
  world.pass(1h);
  CHECK_EQ(world.titles(kHook).size(), 3U);
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  CHECK(world.logged("what was told cannot be remembered: no space left"));
  const int saved_before = world.saves;
  world.full = false;
  world.pass(1min);
  CHECK_EQ(world.saves, saved_before + 1);
  world.start();
  world.pass(1h);
  CHECK_EQ(world.titles(kHook).size(), 3U);
}

static void many_that_are_delivered_at_once_are_saved_together() {
  World world;
  world.add(NotifyKind::syslog, "");
  world.at_once = true;
  for (int i = 0; i < 200; ++i) {
    TroubledCertificate facts;
    facts.id = facts.name = cat("n", i, ".test");
    facts.issuer = "ca";
    world.troubles.push_back(trouble(facts));
    world.troubles.back().cause = cat("cause ", i);
  }
  world.start();
  world.pass(1min);
  CHECK_EQ(world.titles("").size(), 200U);
  CHECK(world.saves > 0 && world.saves < 5);
  world.start();
  world.pass(1h);
  CHECK_EQ(world.titles("").size(), 200U);
}

int main() {
  return acme_test::run(
      "notice_sender",
      {ACME_TEST(each_is_told_of_what_it_wants), ACME_TEST(what_fails_is_tried_again_and_then_given_up),
       ACME_TEST(one_that_hangs_delays_no_other), ACME_TEST(a_restart_goes_on_and_repeats_nothing),
       ACME_TEST(a_storm_becomes_a_summary), ACME_TEST(a_test_goes_to_one_alone), ACME_TEST(the_desk_looks_and_tells),
       ACME_TEST(many_that_are_delivered_at_once_are_saved_together)});
}
