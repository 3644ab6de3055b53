#include "mod_acme/watched_child.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "common/base/guard.hpp"
#include "mod_acme/signal.hpp"

namespace acme {

namespace {

constexpr auto kStopLimit = std::chrono::seconds{1};
constexpr auto kStopStep = std::chrono::milliseconds{2};

/// True when the child is gone.
bool reaped(pid_t pid, int options) {
  pid_t result = 0;
  do {
    result = ::waitpid(pid, nullptr, options);
  } while (result < 0 && errno == EINTR);
  return result != 0;
}

}  // namespace

void WatchedChild::watch(pid_t pid, apr_pool_t* pool) {
  proc_ = {};
  proc_.pid = pid;
  apr_proc_other_child_register(&proc_, on_event, this, nullptr, pool);
  registered_ = true;
}

void WatchedChild::forget() {
  if (!registered_) return;
  registered_ = false;  // first: unregistering calls on_event once more
  apr_proc_other_child_unregister(this);
}

void WatchedChild::stop() {
  const pid_t pid = proc_.pid;
  forget();
  proc_.pid = 0;
  if (pid <= 1 || !send_signal(pid, SIGTERM)) return;
  const auto limit = std::chrono::steady_clock::now() + kStopLimit;
  while (!reaped(pid, WNOHANG)) {
    if (std::chrono::steady_clock::now() > limit) {
      send_signal(pid, SIGKILL);
      reaped(pid, 0);
      return;
    }
    std::this_thread::sleep_for(kStopStep);
  }
}

void WatchedChild::kill() const { send_signal(proc_.pid, SIGKILL); }

void WatchedChild::on_event(int reason, void* self, int status) noexcept {
  guard([&] {
    auto& child = *static_cast<WatchedChild*>(self);
    if (reason == APR_OC_REASON_UNREGISTER) {
      child.registered_ = false;
      return;
    }
    if (reason != APR_OC_REASON_DEATH && reason != APR_OC_REASON_LOST) return;
    child.forget();
    child.proc_.pid = 0;
    child.ended_(reason == APR_OC_REASON_DEATH ? status : -1);
  });
}

}  // namespace acme
