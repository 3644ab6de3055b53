#include "common/dns_provider/few_at_once.hpp"

#include "common/base/join.hpp"
#include "common/base/sync.hpp"

namespace acme {

namespace {

Task<void> in_turn(Semaphore& places, Task<Status> task, Status& outcome) {
  const Wake wake = co_await places.acquire();
  if (wake != Wake::ready) {
    outcome = Error{ErrorKind::cancelled, "stopped"};
    co_return;
  }
  const Permit permit{places};
  auto status = co_await std::move(task);
  outcome = std::move(status);
}

}  // namespace

Task<Status> few_at_once(Scheduler& scheduler, std::size_t limit, std::vector<Task<Status>> tasks) {
  Semaphore places{scheduler, limit};
  std::vector<Status> outcomes(tasks.size());
  std::vector<Task<void>> turns;
  for (std::size_t i = 0; i < tasks.size(); ++i) turns.push_back(in_turn(places, std::move(tasks[i]), outcomes[i]));
  auto all = join_all(scheduler, std::move(turns));
  co_await std::move(all);
  for (auto& outcome : outcomes) {
    if (!outcome.ok()) co_return std::move(outcome);
  }
  co_return Status{};
}

}  // namespace acme
