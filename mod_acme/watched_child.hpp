// WatchedChild: one process that httpd's parent watches for us besides its own children.
//
// Every MPM reports the end of any child to apr_proc_other_child_alert(), so this needs no thread, no
// SIGCHLD handler and no timer. The pid is ours alone: APR keeps a pointer to proc_ and would signal
// whatever stands there, so it is forgotten by APR before it changes.
#pragma once

#include <functional>

#include "mod_acme/httpd.hpp"

namespace acme {

class WatchedChild {
 public:
  /// `ended`: the exit status, or the signal's number; -1 when unknown. Called in the parent's maintenance loop.
  explicit WatchedChild(std::function<void(int)> ended) : ended_{std::move(ended)} {}
  WatchedChild(const WatchedChild&) = delete;
  WatchedChild& operator=(const WatchedChild&) = delete;
  ~WatchedChild() { stop(); }

  bool running() const { return proc_.pid > 1; }
  pid_t pid() const { return proc_.pid; }
  /// A child that was just started. `pool`: pconf.
  void watch(pid_t pid, apr_pool_t* pool);
  /// Ends it at once and reaps it; milliseconds for one that listens, a second for one that does not.
  void stop();
  /// Kills it; its end is reported as usual.
  void kill() const;

 private:
  static void on_event(int reason, void* self, int status) noexcept;
  void forget();

  std::function<void(int)> ended_;
  apr_proc_t proc_{};
  bool registered_ = false;
};

}  // namespace acme
