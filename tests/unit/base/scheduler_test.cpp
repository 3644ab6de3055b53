#include "common/base/scheduler.hpp"

#include <string>
#include <vector>

#include "tests/check.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

struct Engine {
  ManualClock clock;
  Scheduler scheduler{clock};
  std::string trace;
};

Task<void> mark_after(Engine& engine, Duration pause, char mark) {
  const Wake wake = co_await engine.scheduler.sleep_for(pause);
  engine.trace += wake == Wake::cancelled ? '-' : mark;
}

/// A wait that something outside ends.
class Door final : public Waiter {
 public:
  explicit Door(Scheduler& scheduler) : Waiter{scheduler} {}
  int times_started = 0;
  int times_ended = 0;

 private:
  void started() override { ++times_started; }
  void ended() override { ++times_ended; }
};

Task<void> go_through(Door& door, std::vector<Wake>& wakes) {
  const Wake wake = co_await door;
  wakes.push_back(wake);
}

Task<void> spawn_more(Engine& engine, int depth) {
  engine.trace += 's';
  if (depth > 0) engine.scheduler.spawn(spawn_more(engine, depth - 1));
  co_await engine.scheduler.sleep_for(1s);
  engine.trace += 'e';
}

Task<void> sleeps_on(Engine& engine, int& naps) {
  for (;;) {
    const Wake wake = co_await engine.scheduler.sleep_for(1min);
    if (wake == Wake::cancelled) co_return;
    ++naps;
  }
}

}  // namespace

static void timers_go_off_in_the_order_of_time() {
  Engine engine;
  engine.scheduler.spawn(mark_after(engine, 3s, 'c'));
  engine.scheduler.spawn(mark_after(engine, 1s, 'a'));
  engine.scheduler.spawn(mark_after(engine, 2s, 'b'));
  engine.scheduler.spawn(mark_after(engine, 0s, '0'));
  engine.scheduler.spawn(mark_after(engine, -5s, '<'));
  CHECK_EQ(engine.trace, "");
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "<0");
  CHECK(engine.scheduler.next_deadline() == engine.clock.steady_now() + 1s);
  engine.clock.advance(1s - 1ns);
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "<0");
  engine.clock.advance(1ns);
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "<0a");
  engine.clock.advance(1h);
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "<0abc");
  CHECK(!engine.scheduler.next_deadline().has_value());
  CHECK_EQ(engine.scheduler.running(), 0U);
}

static void the_first_wake_decides() {
  Engine engine;
  std::vector<Wake> wakes;
  Door door{engine.scheduler};
  door.wake(Wake::ready);  // nobody waits yet: no effect
  engine.scheduler.spawn(go_through(door, wakes));
  CHECK_EQ(door.times_started, 1);
  CHECK(!engine.scheduler.has_ready());
  door.wake(Wake::timed_out);
  door.wake(Wake::ready);
  CHECK(engine.scheduler.has_ready());
  CHECK(wakes.empty());
  engine.scheduler.cancel_all();
  engine.scheduler.run_ready();
  CHECK_EQ(wakes.size(), 1U);
  CHECK(wakes[0] == Wake::timed_out);
  CHECK_EQ(door.times_ended, 1);
}

static void a_wait_can_be_used_again() {
  Engine engine;
  std::vector<Wake> wakes;
  Door door{engine.scheduler};
  for (int i = 0; i < 3; ++i) {
    engine.scheduler.spawn(go_through(door, wakes));
    door.wake(Wake::ready);
    engine.scheduler.run_ready();
  }
  CHECK_EQ(wakes.size(), 3U);
  CHECK_EQ(door.times_ended, 3);
}

static void cancel_ends_every_wait_now_and_later() {
  Engine engine;
  int naps = 0;
  for (int i = 0; i < 1000; ++i) engine.scheduler.spawn(sleeps_on(engine, naps));
  pass(engine.scheduler, engine.clock, 10min);
  CHECK_EQ(naps, 10000);
  engine.scheduler.cancel_all();
  CHECK(engine.scheduler.cancelled());
  engine.scheduler.run_ready();
  CHECK_EQ(engine.scheduler.running(), 0U);
  engine.scheduler.spawn(mark_after(engine, 1h, 'x'));
  CHECK_EQ(engine.trace, "-");
  CHECK_EQ(engine.scheduler.running(), 0U);
  CHECK(!engine.scheduler.next_deadline().has_value());
}

static void one_step_resumes_one() {
  Engine engine;
  engine.scheduler.spawn(mark_after(engine, 1s, 'a'));
  engine.scheduler.spawn(mark_after(engine, 1s, 'b'));
  CHECK(!engine.scheduler.run_one());
  engine.clock.advance(1s);
  CHECK(engine.scheduler.run_one());
  CHECK_EQ(engine.trace, "a");
  engine.scheduler.cancel_all();
  CHECK(engine.scheduler.run_one());
  CHECK_EQ(engine.trace, "ab");  // its time had come before the end did
  CHECK(!engine.scheduler.run_one());
}

static void tasks_may_spawn_tasks() {
  Engine engine;
  engine.scheduler.spawn(spawn_more(engine, 50));
  CHECK_EQ(engine.scheduler.running(), 51U);
  CHECK_EQ(engine.trace, std::string(51, 's'));
  pass(engine.scheduler, engine.clock, 1s);
  CHECK_EQ(engine.trace, std::string(51, 's') + std::string(51, 'e'));
}

static void the_runner_fails_what_would_hang() {
  Engine engine;
  std::vector<Wake> wakes;
  Door door{engine.scheduler};
  int naps = 0;
  bool gave_up = false;
  try {
    run(engine.scheduler, engine.clock, sleeps_on(engine, naps), 10);
  } catch (const Failure&) {
    gave_up = true;
  }
  CHECK(gave_up);
  Engine other;
  Door closed{other.scheduler};
  gave_up = false;
  try {
    run(other.scheduler, other.clock, go_through(closed, wakes));
  } catch (const Failure&) {
    gave_up = true;
  }
  CHECK(gave_up && wakes.size() == 1 && wakes[0] == Wake::cancelled);
}

int main() {
  return acme_test::run("scheduler", {ACME_TEST(timers_go_off_in_the_order_of_time), ACME_TEST(the_first_wake_decides),
                                      ACME_TEST(a_wait_can_be_used_again),
                                      ACME_TEST(cancel_ends_every_wait_now_and_later), ACME_TEST(one_step_resumes_one),
                                      ACME_TEST(tasks_may_spawn_tasks), ACME_TEST(the_runner_fails_what_would_hang)});
}
