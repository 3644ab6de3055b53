#include "common/base/join.hpp"

#include <utility>

namespace acme {

namespace {

struct Countdown {
  std::size_t left = 0;
  std::coroutine_handle<> waiting;

  bool await_ready() const noexcept { return left == 0; }
  void await_suspend(std::coroutine_handle<> handle) noexcept { waiting = handle; }
  void await_resume() const noexcept {}
};

Task<void> counted(Task<void> task, Countdown* countdown) {
  co_await std::move(task);
  --countdown->left;
  if (countdown->left == 0 && countdown->waiting) countdown->waiting.resume();
}

struct Suspend {
  std::coroutine_handle<>& waiting;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) noexcept { waiting = handle; }
  void await_resume() const noexcept {}
};

}  // namespace

Task<void> TaskGroup::counted(Task<void> task) {
  co_await std::move(task);
  --running_;
  if (running_ == 0 && waiting_) std::exchange(waiting_, {}).resume();
}

void TaskGroup::spawn(Task<void> task) {
  ++running_;
  auto one = counted(std::move(task));
  scheduler_.spawn(std::move(one));
}

Task<void> TaskGroup::all_ended() {
  if (running_ == 0) co_return;
  Suspend last{waiting_};
  co_await last;
}

Task<void> join_all(Scheduler& scheduler, std::vector<Task<void>> tasks) {
  Countdown countdown;
  countdown.left = tasks.size();
  for (auto& task : tasks) {
    auto one = counted(std::move(task), &countdown);
    scheduler.spawn(std::move(one));
  }
  co_await countdown;
}

}  // namespace acme
