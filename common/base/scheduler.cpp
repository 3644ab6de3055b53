#include "common/base/scheduler.hpp"

#include <cassert>

namespace acme {

// A coroutine is never destroyed while it waits: cancel_all() lets each run to its end.
Waiter::~Waiter() { assert(!waiting_ && !queued_); }

bool Waiter::await_ready() {
  if (!scheduler_.cancelled_) return false;
  wake_ = Wake::cancelled;
  return true;
}

void Waiter::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  waiting_ = true;
  position_ = scheduler_.waiting_.insert(scheduler_.waiting_.end(), this);
  started();
}

void Waiter::wake(Wake reason) {
  if (!waiting_) return;
  ended();
  waiting_ = false;
  scheduler_.waiting_.erase(position_);
  wake_ = reason;
  queued_ = true;
  scheduler_.ready_.push_back(this);
}

void TimedWaiter::started() {
  timer_ = deadline_ ? scheduler_.timers_.emplace(*deadline_, this) : scheduler_.timers_.end();
}

void TimedWaiter::ended() {
  if (timer_ != scheduler_.timers_.end()) scheduler_.timers_.erase(timer_);
  timer_ = scheduler_.timers_.end();
}

Scheduler::~Scheduler() { assert(running_ == 0); }

detail::Detached Scheduler::run(Task<void> task) {
  co_await std::move(task);
  --running_;
}

void Scheduler::spawn(Task<void> task) {
  ++running_;
  run(std::move(task));
}

void Scheduler::wake_due() {
  const SteadyTime now = clock_.steady_now();
  while (!timers_.empty() && timers_.begin()->first <= now) timers_.begin()->second->wake(Wake::timed_out);
}

void Scheduler::resume_first() {
  Waiter* waiter = ready_.front();
  ready_.pop_front();
  waiter->queued_ = false;
  waiter->handle_.resume();
}

void Scheduler::run_ready() {
  for (;;) {
    wake_due();
    if (ready_.empty()) return;
    // What becomes ready meanwhile waits for the next round, so that timers are not starved.
    for (std::size_t round = ready_.size(); round > 0 && !ready_.empty(); --round) resume_first();
  }
}

bool Scheduler::run_one() {
  wake_due();
  if (ready_.empty()) return false;
  resume_first();
  return true;
}

std::optional<SteadyTime> Scheduler::next_deadline() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

void Scheduler::cancel_all() {
  cancelled_ = true;
  while (!waiting_.empty()) waiting_.front()->wake(Wake::cancelled);
}

}  // namespace acme
