#include "common/base/sync.hpp"

#include <algorithm>

namespace acme {

void Signal::Wait::started() {
  TimedWaiter::started();
  signal_.waiters_.push_back(this);
}

void Signal::Wait::ended() {
  TimedWaiter::ended();
  std::erase(signal_.waiters_, this);
}

void Signal::notify() {
  while (!waiters_.empty()) waiters_.front()->wake(Wake::ready);
}

void Semaphore::Wait::started() {
  if (semaphore_.free_ > 0) {
    --semaphore_.free_;
    wake(Wake::ready);
    return;
  }
  semaphore_.waiters_.push_back(this);
}

void Semaphore::Wait::ended() { std::erase(semaphore_.waiters_, this); }

void Semaphore::release() {
  if (waiters_.empty()) {
    ++free_;
    return;
  }
  waiters_.front()->wake(Wake::ready);
}

}  // namespace acme
