// run(): drives a scheduler on a manual clock until a task has ended. Time jumps from timer to timer,
// so a year of renewals takes milliseconds; what would hang fails the test.
//
//     ManualClock clock;
//     Scheduler scheduler{clock};
//     auto result = run(scheduler, clock, session.fetch_directory());
#pragma once

#include <optional>
#include <utility>

#include "common/base/scheduler.hpp"
#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"

namespace acme_test {

namespace detail {

template <class T>
acme::Task<void> keep(acme::Task<T> task, std::optional<T>& kept) {
  auto value = co_await std::move(task);
  kept.emplace(std::move(value));
}

inline acme::Task<void> keep_end(acme::Task<void> task, std::optional<bool>& ended) {
  co_await std::move(task);
  ended = true;
}

[[noreturn]] inline void give_up(acme::Scheduler& scheduler, const char* why) {
  // No coroutine may be destroyed while it waits.
  scheduler.cancel_all();
  scheduler.run_ready();
  throw Failure{__FILE__, __LINE__, why};
}

template <class T>
void run_until_set(acme::Scheduler& scheduler, ManualClock& clock, const std::optional<T>& kept, int max_steps) {
  for (int step = 0; step < max_steps; ++step) {
    scheduler.run_ready();
    if (kept) return;
    const auto next = scheduler.next_deadline();
    if (!next) give_up(scheduler, "the task waits for something that never comes");
    clock.advance_to(*next);
  }
  give_up(scheduler, "the task has not ended after so many timers");
}

}  // namespace detail

/// What the task returns. Other tasks of the scheduler run as well, and may be left suspended.
template <class T>
T run(acme::Scheduler& scheduler, ManualClock& clock, acme::Task<T> task, int max_steps = 1000000) {
  std::optional<T> kept;
  scheduler.spawn(detail::keep(std::move(task), kept));
  detail::run_until_set(scheduler, clock, kept, max_steps);
  return std::move(*kept);
}

inline void run(acme::Scheduler& scheduler, ManualClock& clock, acme::Task<void> task, int max_steps = 1000000) {
  std::optional<bool> ended;
  scheduler.spawn(detail::keep_end(std::move(task), ended));
  detail::run_until_set(scheduler, clock, ended, max_steps);
}

/// Ends all tasks as a stop of the engine does.
inline void stop(acme::Scheduler& scheduler) {
  scheduler.cancel_all();
  scheduler.run_ready();
}

/// Lets `duration` pass, timer by timer.
inline void pass(acme::Scheduler& scheduler, ManualClock& clock, acme::Duration duration) {
  const auto end = clock.steady_now() + duration;
  scheduler.run_ready();
  for (auto next = scheduler.next_deadline(); next && *next <= end; next = scheduler.next_deadline()) {
    clock.advance_to(*next);
    scheduler.run_ready();
  }
  clock.advance_to(end);
}

}  // namespace acme_test
