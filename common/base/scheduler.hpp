// Scheduler: what suspended coroutines of one thread wait in.
//
// Every wait of the engine is a Waiter: sleeping, waiting for a Signal or a Semaphore, for an HTTP
// answer (transport/). The scheduler keeps the timers and the queue of those that may go on, and
// stops all of them at once: cancel_all() resumes each with Wake::cancelled, and every later wait
// returns `cancelled` immediately, so a stop ends in bounded time whatever was under way.
//
// It knows no socket and no thread. The loop that owns it (transport/curl_loop.hpp, or a test)
// calls run_ready() and asks next_deadline() how long it may block.
#pragma once

#include <coroutine>
#include <deque>
#include <list>
#include <map>
#include <optional>

#include "common/base/task.hpp"
#include "common/base/time.hpp"

namespace acme {

enum class Wake { ready, timed_out, cancelled };

class Scheduler;

/// One suspended coroutine. Lives in the coroutine's frame, is an awaitable itself.
class Waiter {
 public:
  explicit Waiter(Scheduler& scheduler) : scheduler_{scheduler} {}
  virtual ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  bool await_ready();
  void await_suspend(std::coroutine_handle<> handle);
  Wake await_resume() const noexcept { return wake_; }

  /// Lets the coroutine go on from the scheduler's next run_ready(); the first call decides.
  void wake(Wake reason);

 protected:
  /// Called when the wait begins, by await_suspend; may call wake().
  virtual void started() {}
  /// Called once when the wait ends for any reason, before the coroutine goes on: undo started().
  virtual void ended() {}

  Scheduler& scheduler_;

 private:
  friend class Scheduler;
  std::coroutine_handle<> handle_;
  Wake wake_ = Wake::ready;
  bool waiting_ = false;
  bool queued_ = false;
  std::list<Waiter*>::iterator position_;
};

/// A wait that ends at a steady time at the latest (nullopt: no limit). What else may end it is up
/// to whoever calls wake().
class TimedWaiter : public Waiter {
 public:
  TimedWaiter(Scheduler& scheduler, std::optional<SteadyTime> deadline) : Waiter{scheduler}, deadline_{deadline} {}

 protected:
  void started() override;
  void ended() override;

 private:
  std::optional<SteadyTime> deadline_;
  std::multimap<SteadyTime, Waiter*>::iterator timer_;
};

class Scheduler {
 public:
  explicit Scheduler(const Clock& clock) : clock_{clock} {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  /// Every task must have ended: cancel_all() and run_ready() first.
  ~Scheduler();

  /// co_await scheduler.sleep_for(d): Wake::timed_out when the time is over, or cancelled.
  TimedWaiter sleep_for(Duration duration) { return {*this, clock_.steady_now() + duration}; }
  TimedWaiter sleep_until(SteadyTime time) { return {*this, time}; }

  /// Starts `task` now; it ends by itself or by cancel_all().
  void spawn(Task<void> task);
  /// How many spawned tasks have not ended.
  std::size_t running() const noexcept { return running_; }

  /// Resumes all that may go on and whose time has come, until none is left.
  void run_ready();
  /// Resumes one of them; false: there was none. For who wants to look, or to end it all, between any two.
  bool run_one();
  /// Something could go on right now.
  bool has_ready() const noexcept { return !ready_.empty(); }
  /// The earliest timer; nullopt when there is none.
  std::optional<SteadyTime> next_deadline() const;

  void cancel_all();
  bool cancelled() const noexcept { return cancelled_; }
  const Clock& clock() const noexcept { return clock_; }

 private:
  friend class Waiter;
  friend class TimedWaiter;
  detail::Detached run(Task<void> task);
  void wake_due();
  void resume_first();

  const Clock& clock_;
  std::list<Waiter*> waiting_;
  std::deque<Waiter*> ready_;
  std::multimap<SteadyTime, Waiter*> timers_;
  std::size_t running_ = 0;
  bool cancelled_ = false;
};

}  // namespace acme
