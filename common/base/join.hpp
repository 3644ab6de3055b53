// join_all and TaskGroup: run several tasks side by side and go on when the last has ended.
#pragma once

#include <coroutine>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/base/task.hpp"

namespace acme {

/// Starts all tasks now. Not cancelled by itself: each task sees the cancellation and ends, so
/// nothing that they refer to goes away before they do.
Task<void> join_all(Scheduler& scheduler, std::vector<Task<void>> tasks);

/// Tasks that begin one after the other. It must outlive them: co_await all_ended() before it goes.
class TaskGroup {
 public:
  explicit TaskGroup(Scheduler& scheduler) : scheduler_{scheduler} {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts it now.
  void spawn(Task<void> task);
  std::size_t running() const noexcept { return running_; }
  /// Ends with the last task; one waits at most. As join_all it is not cancelled by itself.
  Task<void> all_ended();

 private:
  Task<void> counted(Task<void> task);

  Scheduler& scheduler_;
  std::size_t running_ = 0;
  std::coroutine_handle<> waiting_;
};

}  // namespace acme
