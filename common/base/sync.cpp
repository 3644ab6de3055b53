#include "common/base/sync.hpp"

namespace acme {

void Signal::Wait::started() {
  TimedWaiter::started();
  place_ = signal_.waiters_.insert(signal_.waiters_.end(), this);
}

void Signal::Wait::ended() {
  TimedWaiter::ended();
  signal_.waiters_.erase(place_);
}

void Signal::notify() {
  while (!waiters_.empty()) waiters_.front()->wake(Wake::ready);
}

void Semaphore::Wait::started() {
  place_ = semaphore_.waiters_.insert(semaphore_.waiters_.end(), this);
  if (semaphore_.free_ == 0) return;
  --semaphore_.free_;
  wake(Wake::ready);
}

void Semaphore::Wait::ended() { semaphore_.waiters_.erase(place_); }

void Semaphore::release() {
  if (waiters_.empty()) {
    ++free_;
    return;
  }
  waiters_.front()->wake(Wake::ready);
}

}  // namespace acme
