#include "common/runtime/reloader.hpp"

#include <fstream>

#include "tests/check.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// A Reloader with all that it asks for at hand.
struct World {
  explicit World(std::size_t certificates = 3, ReloadRecord before = {}, ReloadConfig reload = {})
      : config{std::move(reload)}, saved{std::move(before)} {
    Reloader::Services services;
    services.scheduler = &scheduler;
    services.log = &log;
    services.counters = &counters;
    services.loaded_files = &files;
    services.request_reload = [this] {
      requests.push_back(clock.now());
      return request_result;
    };
    services.hindrance = [this] { return hindrance; };
    services.orders_under_way = [this] { return orders; };
    services.save = [this](const ReloadRecord& record) {
      if (!save_result) return save_result;
      saved = record;
      return Status{};
    };
    reloader = std::make_unique<Reloader>(config, certificates, saved, services);
    scheduler.spawn(reloader->run());
  }
  ~World() { stop(scheduler); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void wait(Duration duration) { pass(scheduler, clock, duration); }

  ManualClock clock;
  Scheduler scheduler{clock};
  RecordingLogger log;
  Counters counters;
  LoadedFiles files;
  ReloadConfig config;
  ReloadRecord saved;
  std::optional<std::string> hindrance;
  std::size_t orders = 0;
  Status save_result;
  Status request_result;
  std::vector<UtcTime> requests;
  std::unique_ptr<Reloader> reloader;
};

}  // namespace

static void many_certificates_are_one_request() {
  World world;
  world.orders = 3;
  world.reloader->want("a", 1);
  world.wait(2s);
  world.reloader->want("b", 1);
  world.reloader->want("c", 4);
  world.wait(1s);
  CHECK(world.requests.empty());
  world.orders = 0;
  world.wait(200ms);
  CHECK_EQ(world.requests.size(), 1U);
  CHECK(world.log.has("for 3 new certificates"));
  CHECK_EQ(world.saved.asked.size(), 3U);
  CHECK(world.saved.requested_at == world.requests[0]);
  world.wait(1h);
  CHECK_EQ(world.requests.size(), 1U);
}

static void orders_hold_it_up_for_ten_seconds() {
  World world;
  world.orders = 1;
  world.reloader->want("a", 1);
  world.wait(9s);
  CHECK(world.requests.empty());
  world.wait(2s);
  CHECK_EQ(world.requests.size(), 1U);
}

static void never_more_often_than_the_interval() {
  World world;
  world.reloader->want("a", 1);
  world.wait(0s);
  CHECK_EQ(world.requests.size(), 1U);
  for (std::uint64_t i = 2; i < 60; ++i) {
    world.reloader->want("a", i);
    world.wait(10s);
  }
  CHECK(world.requests.size() >= 9);
  for (std::size_t i = 1; i < world.requests.size(); ++i) CHECK(world.requests[i] - world.requests[i - 1] >= 60s);
}

static void it_says_what_it_waits_for() {
  World world;
  CHECK_EQ(world.reloader->pending(), std::string{});
  CHECK(!world.reloader->last_request());
  world.orders = 1;
  world.reloader->want("a", 1);
  world.wait(1s);
  CHECK_EQ(world.reloader->pending(), std::string{"orders are under way"});
  world.orders = 0;
  world.wait(1s);
  CHECK_EQ(world.reloader->pending(), std::string{});
  CHECK(world.reloader->last_request() == world.requests.front());
  world.reloader->want("a", 2);
  world.wait(1s);
  CHECK_EQ(world.reloader->pending(), std::string{"the last one is not long ago enough"});
  world.hindrance = "a second master runs";
  world.wait(70s);
  CHECK_EQ(world.reloader->pending(), std::string{"a second master runs"});
}

static void the_interval_outlives_the_engine() {
  ReloadRecord before;
  before.last_request = ManualClock{}.now() - 20s;
  World world{3, before};
  world.reloader->want("a", 2);
  world.wait(39s);
  CHECK(world.requests.empty());
  world.wait(2s);
  CHECK_EQ(world.requests.size(), 1U);
  // A clock that was set back holds nothing up.
  before.last_request = ManualClock{}.now() + std::chrono::days{300};
  World early{3, before};
  early.reloader->want("a", 2);
  early.wait(0s);
  CHECK_EQ(early.requests.size(), 1U);
}

static void with_many_certificates_once_a_day() {
  ReloadRecord before;
  before.last_request = ManualClock{}.now();
  World world{1001, before};
  world.reloader->want("a", 2);
  world.wait(23h);
  CHECK(world.requests.empty());
  world.wait(2h);
  CHECK_EQ(world.requests.size(), 1U);
}

/// A window that opens `from` now on and is open for an hour.
static ReloadConfig windowed(Seconds from) {
  const UtcTime opens = ManualClock{}.now() + from;
  const auto clock = [](UtcTime time) { return format_rfc3339(time).substr(11, 5); };
  ReloadConfig config;
  config.window = *DailyWindow::parse(clock(opens) + "-" + clock(opens + 1h), "UTC");
  return config;
}

static void a_window_is_waited_for() {
  World world{3, {}, windowed(5h)};
  world.reloader->want("a", 2);
  world.wait(4h);
  world.reloader->want("b", 2);
  world.wait(1h - 1min);
  CHECK(world.requests.empty());
  CHECK(world.log.count(LogLevel::info) == 1U);
  world.wait(2min);
  CHECK_EQ(world.requests.size(), 1U);
  CHECK(world.log.has("for 2 new certificates"));
  // Open now: at once, as without one.
  world.reloader->want("a", 3);
  world.wait(2min);
  CHECK_EQ(world.requests.size(), 2U);
  world.wait(2h);
  world.reloader->want("a", 4);
  world.wait(10h);
  CHECK_EQ(world.requests.size(), 2U);
}

static void an_emergency_does_not_wait_for_the_window() {
  World world{3, {}, windowed(5h)};
  world.reloader->want("a", 2, world.clock.now() + 6h);
  world.wait(1h);
  CHECK(world.requests.empty());
  world.reloader->want("b", 2, world.clock.now() + 3h);
  world.wait(1s);
  CHECK_EQ(world.requests.size(), 1U);
  CHECK(world.log.has("for 2 new certificates"));
  // But for the rest it waits: two emergencies within the interval are one after the other.
  world.reloader->want("c", 2, world.clock.now());
  world.wait(30s);
  CHECK_EQ(world.requests.size(), 1U);
  world.wait(31s);
  CHECK_EQ(world.requests.size(), 2U);
}

static void a_version_is_a_reason_once() {
  ReloadRecord before;
  before.asked["a"] = 3;
  World world{3, before};
  world.reloader->want("a", 3);
  world.reloader->want("a", 2);
  world.wait(1h);
  CHECK(world.requests.empty());
  world.reloader->want("a", 4);
  world.wait(1s);
  CHECK_EQ(world.requests.size(), 1U);
}

static void an_edit_on_disk_is_never_activated() {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/server.conf";
  std::ofstream{path} << "before";
  World world;
  world.files.add(path, std::time(nullptr) + 10);
  std::ofstream{path} << "half an ed";
  world.reloader->want("a", 1);
  world.wait(3h);
  CHECK(world.requests.empty());
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  CHECK(world.log.has(path));
}

static void a_hindrance_is_told_once_and_waited_for() {
  World world;
  world.hindrance = "a second nginx master is running";
  world.reloader->want("a", 1);
  world.wait(3h);
  CHECK(world.requests.empty());
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  world.hindrance.reset();
  world.wait(61s);
  CHECK_EQ(world.requests.size(), 1U);
}

static void what_cannot_be_recorded_is_not_asked() {
  World world;
  world.save_result = Error{ErrorKind::io, "No space left on device"};
  world.reloader->want("a", 1);
  world.wait(1h);
  CHECK(world.requests.empty());
  CHECK_EQ(world.log.count(LogLevel::warn), 1U);
  world.save_result = Status{};
  world.wait(61s);
  CHECK_EQ(world.requests.size(), 1U);
}

static void a_request_that_failed_is_no_load_of_ours() {
  World world;
  world.request_result = Error{ErrorKind::io, "no parent"};
  world.reloader->want("a", 1);
  world.wait(1h);
  CHECK_EQ(world.requests.size(), 1U);
  CHECK_EQ(world.log.count(LogLevel::error), 1U);
  CHECK(!world.saved.requested_at.has_value());
  CHECK_EQ(world.saved.asked.size(), 1U);
}

static void stop_ends_every_wait() {
  for (int wait = 0; wait < 4; ++wait) {
    World world{3, {}, wait == 3 ? windowed(5h) : ReloadConfig{}};
    if (wait > 0) world.reloader->want("a", 1);
    world.orders = wait == 1 ? 1 : 0;
    if (wait == 2) world.hindrance = "hindered";
    world.wait(1s);
    world.reloader->stop();
    world.scheduler.run_ready();
    CHECK_EQ(world.scheduler.running(), 0U);
  }
}

static void loads_are_told_apart() {
  const UtcTime now = ManualClock{}.now();
  ReloadRecord record;
  CHECK(note_load(record, "load-1", now));        // the first start
  CHECK(!note_load(record, "load-1", now + 5s));  // the engine was started again
  record.requested_at = now + 10s;
  CHECK(!note_load(record, "load-1", now + 11s));  // again, before the reload we asked for
  CHECK(!note_load(record, "load-2", now + 12s));  // that reload
  CHECK(!record.requested_at.has_value());
  CHECK(note_load(record, "load-3", now + 13s));  // an operator's, right after it
  record.requested_at = now + 20s;
  CHECK(note_load(record, "load-4", now + 20s + 121s));  // ours never happened
  record.requested_at = now + 1h;
  CHECK(note_load(record, "load-5", now));  // the clock was set back
}

static void outcomes_are_counted() {
  World world;
  world.reloader->want("a", 1);
  world.wait(1min);
  CHECK_EQ(world.counters.reloads["asked"], 1U);
  world.hindrance = "a second master runs";
  world.reloader->want("a", 2);
  world.wait(30min);
  CHECK_EQ(world.counters.reloads["hindered"], 1U);  // one reason, however long it lasts
  world.hindrance.reset();
  world.request_result = Error{ErrorKind::io, "no pipe"};
  world.wait(5min);
  CHECK_EQ(world.counters.reloads["failed"], 1U);
  CHECK_EQ(world.counters.reloads["asked"], 1U);
}

int main() {
  return acme_test::run(
      "reloader", {ACME_TEST(many_certificates_are_one_request), ACME_TEST(orders_hold_it_up_for_ten_seconds),
                   ACME_TEST(never_more_often_than_the_interval), ACME_TEST(it_says_what_it_waits_for),
                   ACME_TEST(the_interval_outlives_the_engine), ACME_TEST(with_many_certificates_once_a_day),
                   ACME_TEST(a_window_is_waited_for), ACME_TEST(an_emergency_does_not_wait_for_the_window),
                   ACME_TEST(a_version_is_a_reason_once), ACME_TEST(an_edit_on_disk_is_never_activated),
                   ACME_TEST(a_hindrance_is_told_once_and_waited_for), ACME_TEST(what_cannot_be_recorded_is_not_asked),
                   ACME_TEST(a_request_that_failed_is_no_load_of_ours), ACME_TEST(stop_ends_every_wait),
                   ACME_TEST(loads_are_told_apart), ACME_TEST(outcomes_are_counted)});
}
