#include "common/base/join.hpp"

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

Task<void> mark(Engine& engine, Duration pause, char name) {
  if (pause > 0s) co_await engine.scheduler.sleep_for(pause);
  engine.trace += name;
}

Task<void> all(Engine& engine, std::vector<Duration> pauses) {
  std::vector<Task<void>> tasks;
  for (const auto pause : pauses) tasks.push_back(mark(engine, pause, '.'));
  auto joined = join_all(engine.scheduler, std::move(tasks));
  co_await std::move(joined);
  engine.trace += '!';
}

Task<void> again_and_again(Engine& engine, int times) {
  for (int i = 0; i < times; ++i) {
    auto one = all(engine, {1s, 2s});
    co_await std::move(one);
  }
}

Task<void> grow_and_wait(Engine& engine, TaskGroup& group) {
  for (const auto pause : {3s, 1s}) {
    group.spawn(mark(engine, pause, '.'));
    co_await engine.scheduler.sleep_for(500ms);
  }
  auto rest = group.all_ended();
  co_await std::move(rest);
  engine.trace += '!';
}

}  // namespace

static void a_group_ends_with_its_last() {
  Engine engine;
  TaskGroup group{engine.scheduler};
  auto nobody = group.all_ended();
  run(engine.scheduler, engine.clock, std::move(nobody));
  const auto start = engine.clock.steady_now();
  run(engine.scheduler, engine.clock, grow_and_wait(engine, group));
  CHECK_EQ(engine.trace, "..!");
  CHECK(engine.clock.steady_now() == start + 3s);
  engine.scheduler.spawn(grow_and_wait(engine, group));
  CHECK_EQ(group.running(), 1U);
  stop(engine.scheduler);
  CHECK_EQ(engine.trace, "..!..!");
  CHECK_EQ(group.running(), 0U);
}

static void ends_with_the_last() {
  const std::pair<std::vector<Duration>, const char*> cases[] = {
      {{}, "!"}, {{0s}, ".!"}, {{0s, 0s, 0s}, "...!"}, {{3s, 1s, 2s}, "...!"}, {{0s, 1s, 0s}, "...!"}};
  for (const auto& [pauses, trace] : cases) {
    Engine engine;
    run(engine.scheduler, engine.clock, all(engine, pauses));
    CHECK_EQ(engine.trace, trace);
    CHECK_EQ(engine.scheduler.running(), 0U);
  }
}

static void runs_side_by_side() {
  Engine engine;
  const auto start = engine.clock.steady_now();
  run(engine.scheduler, engine.clock, all(engine, std::vector<Duration>(100, 5s)));
  CHECK(engine.clock.steady_now() == start + 5s);
  run(engine.scheduler, engine.clock, again_and_again(engine, 10000));
  CHECK(engine.clock.steady_now() == start + 20005s);
}

static void a_stop_lets_every_task_end_first() {
  Engine engine;
  engine.scheduler.spawn(all(engine, {1h, 2h, 3h}));
  stop(engine.scheduler);
  CHECK_EQ(engine.trace, "...!");
  CHECK_EQ(engine.scheduler.running(), 0U);
}

int main() {
  return acme_test::run("join", {ACME_TEST(ends_with_the_last), ACME_TEST(runs_side_by_side),
                                 ACME_TEST(a_stop_lets_every_task_end_first), ACME_TEST(a_group_ends_with_its_last)});
}
