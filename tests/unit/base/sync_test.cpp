#include "common/base/sync.hpp"

#include <algorithm>
#include <string>

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

char letter(Wake wake) { return wake == Wake::ready ? 'r' : wake == Wake::timed_out ? 't' : 'c'; }

Task<void> await_signal(Engine& engine, Signal& signal, std::optional<SteadyTime> until) {
  const Wake wake = co_await signal.wait_until(until);
  engine.trace += letter(wake);
}

struct Load {
  int now = 0;
  int most = 0;
  int done = 0;
  std::string order;
};

Task<void> work(Scheduler& scheduler, Semaphore& semaphore, Load& load, char name) {
  const Wake wake = co_await semaphore.acquire();
  if (wake == Wake::cancelled) co_return;
  const Permit permit{semaphore};
  load.order += name;
  load.most = std::max(load.most, ++load.now);
  co_await scheduler.sleep_for(1s);
  --load.now;
  ++load.done;
}

}  // namespace

static void a_signal_wakes_all_who_wait_now() {
  Engine engine;
  Signal signal{engine.scheduler};
  signal.notify();  // not remembered
  for (int i = 0; i < 3; ++i) engine.scheduler.spawn(await_signal(engine, signal, std::nullopt));
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "");
  signal.notify();
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "rrr");
}

static void a_wait_for_a_signal_has_an_end() {
  Engine engine;
  Signal signal{engine.scheduler};
  engine.scheduler.spawn(await_signal(engine, signal, engine.clock.steady_now() + 5s));
  engine.scheduler.spawn(await_signal(engine, signal, std::nullopt));
  pass(engine.scheduler, engine.clock, 5s);
  CHECK_EQ(engine.trace, "t");
  signal.notify();
  engine.scheduler.run_ready();
  CHECK_EQ(engine.trace, "tr");
  CHECK(!engine.scheduler.next_deadline().has_value());
  engine.scheduler.spawn(await_signal(engine, signal, engine.clock.steady_now() + 5s));
  signal.notify();  // its timer goes with it
  CHECK(!engine.scheduler.next_deadline().has_value());
  engine.scheduler.spawn(await_signal(engine, signal, std::nullopt));
  stop(engine.scheduler);
  CHECK_EQ(engine.trace, "trrc");
}

static void permits_are_limited_and_given_in_order() {
  Engine engine;
  Load load;
  Semaphore semaphore{engine.scheduler, 3};
  for (char name = 'a'; name <= 'j'; ++name) engine.scheduler.spawn(work(engine.scheduler, semaphore, load, name));
  engine.scheduler.run_ready();
  CHECK_EQ(load.order, "abc");
  pass(engine.scheduler, engine.clock, 1s);
  CHECK_EQ(load.order, "abcdef");
  pass(engine.scheduler, engine.clock, 10s);
  CHECK_EQ(load.order, "abcdefghij");
  CHECK_EQ(load.most, 3);
  CHECK_EQ(load.done, 10);
  // All permits are back: three go at once again.
  for (char name = '0'; name <= '4'; ++name) engine.scheduler.spawn(work(engine.scheduler, semaphore, load, name));
  engine.scheduler.run_ready();
  CHECK_EQ(load.now, 3);
  stop(engine.scheduler);
}

static void a_permit_given_before_the_stop_is_given_back() {
  Engine engine;
  Load load;
  Semaphore semaphore{engine.scheduler, 1};
  for (char name = 'a'; name <= 'e'; ++name) engine.scheduler.spawn(work(engine.scheduler, semaphore, load, name));
  stop(engine.scheduler);  // 'a' has its permit and goes on, the others are cancelled
  CHECK_EQ(load.order, "a");
  CHECK_EQ(engine.scheduler.running(), 0U);
}

static void ten_thousand_may_wait() {
  Engine engine;
  Load load;
  Semaphore semaphore{engine.scheduler, 100};
  for (int i = 0; i < 10000; ++i) engine.scheduler.spawn(work(engine.scheduler, semaphore, load, 'x'));
  pass(engine.scheduler, engine.clock, 100s);
  CHECK_EQ(load.done, 10000);
  CHECK_EQ(load.most, 100);
}

int main() {
  return acme_test::run("sync",
                        {ACME_TEST(a_signal_wakes_all_who_wait_now), ACME_TEST(a_wait_for_a_signal_has_an_end),
                         ACME_TEST(permits_are_limited_and_given_in_order),
                         ACME_TEST(a_permit_given_before_the_stop_is_given_back), ACME_TEST(ten_thousand_may_wait)});
}
