#include "common/client/poll_pause.hpp"

#include <algorithm>

namespace acme {

Duration PollPause::next(std::optional<Seconds> retry_after) {
  constexpr Duration longest = std::chrono::seconds{5};
  constexpr Duration patient = std::chrono::seconds{30};
  Duration wait = pause_;
  if (retry_after && retry_after->count() > 0) {
    wait = std::min<Duration>(*retry_after, std::chrono::minutes{10});
  } else {
    pause_ = std::min(pause_ * 3 / 2, longest);
    if (total_ > std::chrono::minutes{2}) wait = patient;
  }
  total_ += wait;
  return wait;
}

}  // namespace acme
