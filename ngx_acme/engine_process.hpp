// EngineProcess: where the engine lives inside nginx.
//
// nginx's master starts a helper process (titled "cache manager process") when any path of the cycle has a
// manager callback, as the worker user, and starts it again when it dies. A path of ours, which names no
// directory, makes it do so; the callback starts the engine's thread in that process. At a reload or stop nginx
// ends the helper by exit(), so the engine stops in an atexit handler. Without a master
// (`master_process off`) the engine runs in the one process there is, but never as root.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

struct MainConf;

class EngineProcess {
 public:
  /// init_module of a real load, after nginx made its own paths: makes nginx start the helper.
  static Status add_helper(ngx_cycle_t* cycle, MainConf& main);

  /// In the process that is to run it: starts the engine, its lines go to nginx's log.
  Status start(ngx_cycle_t* cycle, MainConf& main, pid_t reload_target);
  /// No-op when none runs in this process.
  void stop(MainConf& main);
  bool started() const { return started_; }

  /// `master_process off`, SIGHUP: the event loop goes on with the descriptor of the engine before.
  void take_over(EngineProcess& before) { log_event_ = std::move(before.log_event_); }

 private:
  UniqueFd log_event_;
  bool started_ = false;
};

}  // namespace acme
