#include "common/base/descriptors.hpp"

#include <cassert>

namespace acme {

void Descriptors::Wait::started() {
  TimedWaiter::started();
  place_ = descriptors_.waits_.insert(descriptors_.waits_.end(), this);
}

void Descriptors::Wait::ended() {
  TimedWaiter::ended();
  descriptors_.waits_.erase(place_);
}

void Descriptors::fill(std::vector<pollfd>& polled) const {
  for (const Wait* wait : waits_) polled.push_back({wait->fd_, wait->events_, 0});
}

void Descriptors::wake_ready(std::span<const pollfd> polled) {
  auto next = waits_.begin();
  for (const auto& entry : polled) {
    Wait* const wait = *next++;  // wake() takes it off the list
    assert(wait->fd_ == entry.fd);
    // POLLHUP and POLLERR come unasked: whoever waited learns it from read() or write().
    if (entry.revents != 0) wait->wake(Wake::ready);
  }
}

}  // namespace acme
