// join_all: run several tasks side by side and go on when the last has ended.
#pragma once

#include <vector>

#include "common/base/scheduler.hpp"
#include "common/base/task.hpp"

namespace acme {

/// Starts all tasks now. Not cancelled by itself: each task sees the cancellation and ends, so
/// nothing that they refer to goes away before they do.
Task<void> join_all(Scheduler& scheduler, std::vector<Task<void>> tasks);

}  // namespace acme
