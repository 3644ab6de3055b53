// Signal and Semaphore: how tasks of one thread wait for each other.
#pragma once

#include <list>
#include <optional>

#include "common/base/scheduler.hpp"

namespace acme {

/// Something happened. notify() wakes all who wait now; it is not remembered.
class Signal {
 public:
  explicit Signal(Scheduler& scheduler) : scheduler_{scheduler} {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  class Wait final : public TimedWaiter {
   public:
    Wait(Signal& signal, std::optional<SteadyTime> deadline)
        : TimedWaiter{signal.scheduler_, deadline}, signal_{signal} {}

   private:
    void started() override;
    void ended() override;
    Signal& signal_;
    std::list<Waiter*>::iterator place_;
  };

  /// co_await: ready (notified), timed_out or cancelled.
  Wait wait_until(std::optional<SteadyTime> deadline) { return {*this, deadline}; }
  void notify();

 private:
  Scheduler& scheduler_;
  std::list<Waiter*> waiters_;
};

/// At most `limit` permits at once, given in order of asking.
class Semaphore {
 public:
  Semaphore(Scheduler& scheduler, std::size_t limit) : scheduler_{scheduler}, free_{limit} {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  class Wait final : public Waiter {
   public:
    explicit Wait(Semaphore& semaphore) : Waiter{semaphore.scheduler_}, semaphore_{semaphore} {}

   private:
    friend class Semaphore;
    void started() override;
    void ended() override;
    Semaphore& semaphore_;
    std::list<Waiter*>::iterator place_;
  };

  /// co_await: ready (the permit is ours, give it back with release()) or cancelled (it is not).
  Wait acquire() { return Wait{*this}; }
  void release();

 private:
  Scheduler& scheduler_;
  std::size_t free_;
  std::list<Waiter*> waiters_;
};

/// Gives a permit back at the end of the scope.
class Permit {
 public:
  explicit Permit(Semaphore& semaphore) noexcept : semaphore_{&semaphore} {}
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  ~Permit() { semaphore_->release(); }

 private:
  Semaphore* semaphore_;
};

}  // namespace acme
