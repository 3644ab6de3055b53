// PollLoop: the engine's loop for tests of what waits for descriptors: real time, real poll(), no HTTP.
#pragma once

#include <poll.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/descriptors.hpp"
#include "common/base/scheduler.hpp"
#include "tests/check.hpp"

namespace acme_test {

struct PollLoop {
  acme::SystemClock clock;
  acme::Scheduler scheduler{clock};
  acme::Descriptors descriptors{scheduler};

  ~PollLoop() {
    scheduler.cancel_all();
    scheduler.run_ready();
  }

  /// Resumes what may go on, then sleeps until a descriptor, a timer or `longest`.
  void turn(std::chrono::milliseconds longest = std::chrono::seconds{1}) {
    scheduler.run_ready();
    const acme::SteadyTime now = clock.steady_now();
    const auto until = std::min(scheduler.next_deadline().value_or(now + longest), now + longest);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    std::vector<pollfd> polled;
    descriptors.fill(polled);
    ::poll(polled.data(), polled.size(), static_cast<int>(std::max(left, std::chrono::milliseconds{0}).count()));
    descriptors.wake_ready(polled);
    scheduler.run_ready();
  }

  /// What the task returns; a Failure when it has not ended after `limit`.
  template <class T>
  T run(acme::Task<T> task, std::chrono::milliseconds limit = std::chrono::seconds{20}) {
    std::optional<T> kept;
    scheduler.spawn(keep(std::move(task), kept));
    const auto end = clock.steady_now() + limit;
    while (!kept && clock.steady_now() < end) turn();
    if (!kept) throw Failure{__FILE__, __LINE__, "the task has not ended in time"};
    return std::move(*kept);
  }

 private:
  template <class T>
  static acme::Task<void> keep(acme::Task<T> task, std::optional<T>& kept) {
    auto value = co_await std::move(task);
    kept.emplace(std::move(value));
  }
};

}  // namespace acme_test
