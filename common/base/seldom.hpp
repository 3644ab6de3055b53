// Seldom: for lines of the log that visitors could cause in masses: the first one is told, then one in each span.
#pragma once

#include <atomic>

#include "common/base/time.hpp"

namespace acme {

class Seldom {
 public:
  explicit constexpr Seldom(Seconds span) noexcept : span_{span} {}

  /// True: it is time to tell. Of threads that ask at once, one is told so.
  bool is_due(SteadyTime now) noexcept {
    const Duration::rep moment = now.time_since_epoch().count();
    Duration::rep next = next_.load(std::memory_order_relaxed);
    return moment >= next &&
           next_.compare_exchange_strong(next, (now + span_).time_since_epoch().count(), std::memory_order_relaxed);
  }

 private:
  const Seconds span_;
  std::atomic<Duration::rep> next_{Duration::min().count()};
};

}  // namespace acme
