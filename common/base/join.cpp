#include "common/base/join.hpp"

#include <coroutine>
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

}  // namespace

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
