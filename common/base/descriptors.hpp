// Descriptors: coroutines that wait until a file descriptor can be read or written.
//
//     const Wake wake = co_await descriptors.readable(fd, deadline);
//
// Like the Scheduler it belongs to one thread and blocks nobody itself: the loop that drives the scheduler
// (transport/curl_loop.hpp, tests/fakes/poll_loop.hpp) polls what is in fill() and hands the outcome to
// wake_ready().
#pragma once

#include <poll.h>

#include <list>
#include <optional>
#include <span>
#include <vector>

#include "common/base/scheduler.hpp"

namespace acme {

class Descriptors {
 public:
  explicit Descriptors(Scheduler& scheduler) : scheduler_{scheduler} {}
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;

  class Wait final : public TimedWaiter {
   public:
    Wait(Descriptors& descriptors, int fd, short events, std::optional<SteadyTime> until)
        : TimedWaiter{descriptors.scheduler_, until}, descriptors_{descriptors}, fd_{fd}, events_{events} {}

   private:
    friend class Descriptors;
    void started() override;
    void ended() override;
    Descriptors& descriptors_;
    const int fd_;
    const short events_;
    std::list<Wait*>::iterator place_;
  };

  /// co_await: Wake::ready (a read does not block: there is something, the end, or an error), timed_out or
  /// cancelled. nullopt: no limit. `fd` is borrowed and stays open while somebody waits for it; several may wait
  /// for the same.
  Wait readable(int fd, std::optional<SteadyTime> until) { return {*this, fd, POLLIN, until}; }
  /// The same for writing.
  Wait writable(int fd, std::optional<SteadyTime> until) { return {*this, fd, POLLOUT, until}; }

  /// The loop: appends what is waited for.
  void fill(std::vector<pollfd>& polled) const;
  /// The loop: `polled` is what fill() appended, as poll() left it; nothing was waited for or given up meanwhile.
  void wake_ready(std::span<const pollfd> polled);

 private:
  Scheduler& scheduler_;
  std::list<Wait*> waits_;
};

}  // namespace acme
