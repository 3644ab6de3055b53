// EngineWatch: the parent's side of the engine process. Forks it, forks it again when it dies, and
// turns its request for a reload into a graceful restart.
//
// The parent may be root and its main thread runs httpd's maintenance loop: nothing here blocks,
// parses or waits. Why not mod_watchdog: it ends its callback in the middle at every graceful restart.
#pragma once

#include <chrono>

#include "common/base/unique_fd.hpp"
#include "common/runtime/server.hpp"
#include "mod_acme/config_test.hpp"
#include "mod_acme/log.hpp"
#include "mod_acme/watched_child.hpp"

namespace acme {

class EngineWatch {
 public:
  EngineWatch(apr_pool_t* pconf, server_rec* main, Server& server);

  /// In post_config, after everything else: no other fork of the parent's may be missing what we change.
  void start();
  /// In a child's child_init: from now on the server answers, so a CA may be asked.
  void now_serving() const;
  /// About every ten seconds in the parent.
  void on_monitor();

 private:
  using Clock = std::chrono::steady_clock;

  void fork_engine();
  void engine_ended(int status);
  void config_tested(std::optional<std::string> complaint);

  apr_pool_t* pool_;
  server_rec* main_;
  Server& server_;
  HttpdLogger log_;
  UniqueFd serving_;
  WatchedChild engine_;
  ConfigTest test_;
  Clock::time_point started_;
  int quick_ends_ = 0;              // in a row, each within a minute of its start
  Clock::time_point next_start_{};  // of an engine that keeps ending
};

}  // namespace acme
