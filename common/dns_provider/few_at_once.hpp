// few_at_once: for APIs that know one record or one set a request.
#pragma once

#include <vector>

#include "common/base/result.hpp"
#include "common/base/scheduler.hpp"

namespace acme {

/// Runs all tasks, at most `limit` at a time, whatever becomes of the others. The first error in their order.
Task<Status> few_at_once(Scheduler& scheduler, std::size_t limit, std::vector<Task<Status>> tasks);

}  // namespace acme
