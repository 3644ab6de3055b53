// PollPause: how long to wait before asking a CA again whether it is done.
#pragma once

#include <chrono>
#include <optional>

#include "common/base/time.hpp"

namespace acme {

class PollPause {
 public:
  /// The CA's Retry-After when it sent one (at most 10 minutes); else 50 ms, then half as long again each time
  /// up to 5 s, and 30 s once it has taken more than two minutes. A CA may validate slowly: this gives up nothing.
  Duration next(std::optional<Seconds> retry_after);
  /// Waited so far.
  Duration total() const noexcept { return total_; }

 private:
  Duration pause_ = std::chrono::milliseconds{50};
  Duration total_{0};
};

}  // namespace acme
