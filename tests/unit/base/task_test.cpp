#include "common/base/task.hpp"

#include <memory>
#include <string>

#include "common/base/result.hpp"
#include "common/base/scheduler.hpp"
#include "tests/check.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

struct Engine {
  ManualClock clock;
  Scheduler scheduler{clock};
};

/// Counts how often it is destroyed with its value still inside.
struct Counted {
  explicit Counted(int& count) : left{&count} {}
  Counted(Counted&& other) noexcept : left{std::exchange(other.left, nullptr)} {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    if (left != nullptr) ++*left;
  }
  int* left;
};

Task<int> at_once(int number) { co_return number; }

Task<int> after_a_pause(Scheduler& scheduler, int number) {
  co_await scheduler.sleep_for(1ms);
  co_return number;
}

Task<int> nested(Scheduler& scheduler, int depth, bool pause) {
  if (depth == 0) {
    if (pause) co_await scheduler.sleep_for(1s);
    co_return 0;
  }
  auto task = nested(scheduler, depth - 1, pause);
  const int below = co_await std::move(task);
  co_return below + 1;
}

/// The lowest stack address that any call saw. Of the frame, as ASan may keep variables elsewhere.
std::uintptr_t lowest = 0;
[[gnu::noinline]] void note_stack() {
  const auto address = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if (lowest == 0 || address < lowest) lowest = address;
}

Task<int> noting(Scheduler& scheduler, bool pause) {
  note_stack();
  if (pause) co_await scheduler.sleep_for(1ms);
  note_stack();
  co_return 1;
}

Task<int> sum_of(Scheduler& scheduler, int times, bool pause) {
  int sum = 0;
  for (int i = 0; i < times; ++i) {
    auto task = noting(scheduler, pause);
    const int one = co_await std::move(task);
    sum += one;
  }
  co_return sum;
}

/// How deep the stack becomes while so many tasks are awaited one after the other.
std::uintptr_t depth_of(int times, bool pause) {
  Engine engine;
  lowest = 0;
  const auto start = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  auto task = sum_of(engine.scheduler, times, pause);
  const int sum = run(engine.scheduler, engine.clock, std::move(task));
  CHECK_EQ(sum, times);
  return start - lowest;
}

Task<Result<std::string>> fails_below() { co_return Error{ErrorKind::io, "below"}; }

Task<Result<std::string>> adds_context() {
  auto task = fails_below();
  auto result = co_await std::move(task);
  if (!result) co_return std::move(result).error().with_context("above");
  co_return std::string{"never"};
}

Task<void> holds(Counted counted, Scheduler& scheduler, Wake& woken) {
  const Counted inner{std::move(counted)};
  woken = co_await scheduler.sleep_for(1h);
}

Task<std::unique_ptr<int>> moves_only() { co_return std::make_unique<int>(5); }

}  // namespace

static void values_come_back_at_once_and_later() {
  Engine engine;
  CHECK_EQ(run(engine.scheduler, engine.clock, at_once(3)), 3);
  CHECK_EQ(run(engine.scheduler, engine.clock, after_a_pause(engine.scheduler, 4)), 4);
  CHECK_EQ(*run(engine.scheduler, engine.clock, moves_only()), 5);
}

static void errors_travel_up() {
  Engine engine;
  const auto result = run(engine.scheduler, engine.clock, adds_context());
  CHECK_EQ(result.error().message, "above: below");
}

static void a_task_does_nothing_before_it_is_awaited() {
  int destroyed = 0;
  Engine engine;
  Wake woken = Wake::ready;
  { const auto task = holds(Counted{destroyed}, engine.scheduler, woken); }
  CHECK_EQ(destroyed, 1);
  CHECK_EQ(engine.scheduler.running(), 0U);
}

static void a_thousand_nested_awaits() {
  Engine engine;
  CHECK_EQ(run(engine.scheduler, engine.clock, nested(engine.scheduler, 1000, false)), 1000);
  CHECK_EQ(run(engine.scheduler, engine.clock, nested(engine.scheduler, 1000, true)), 1000);
}

static void awaits_in_a_row_do_not_grow_the_stack() {
  for (const bool pause : {false, true}) {
    const auto shallow = depth_of(10, pause);
    const auto deep = depth_of(100000, pause);
    CHECK(deep <= shallow + 1024);
  }
}

static void a_cancelled_task_runs_to_its_end_and_frees_what_it_holds() {
  int destroyed = 0;
  Wake woken = Wake::ready;
  Engine engine;
  engine.scheduler.spawn(holds(Counted{destroyed}, engine.scheduler, woken));
  CHECK_EQ(destroyed, 0);
  CHECK_EQ(engine.scheduler.running(), 1U);
  stop(engine.scheduler);
  CHECK(woken == Wake::cancelled);
  CHECK_EQ(destroyed, 1);
  CHECK_EQ(engine.scheduler.running(), 0U);
}

int main() {
  return acme_test::run("task", {ACME_TEST(values_come_back_at_once_and_later), ACME_TEST(errors_travel_up),
                                 ACME_TEST(a_task_does_nothing_before_it_is_awaited),
                                 ACME_TEST(a_thousand_nested_awaits), ACME_TEST(awaits_in_a_row_do_not_grow_the_stack),
                                 ACME_TEST(a_cancelled_task_runs_to_its_end_and_frees_what_it_holds)});
}
