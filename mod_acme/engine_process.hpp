// The engine process: what runs after the fork, until it exits. Unprivileged, one process beside the
// children that serve; the engine is a thread in it (Server::start_engine), the main thread
// writes its log lines and watches for signals.
#pragma once

#include <sys/types.h>

#include "common/runtime/server.hpp"
#include "mod_acme/httpd.hpp"

namespace acme {

/// The engine asks for a graceful reload by ending with this status. No status that httpd gives a
/// meaning to, and no number of a signal in use.
inline constexpr int kReloadStatus = 42;

/// It asks for a new process, at once, with this one.
inline constexpr int kAnewStatus = 43;

struct EngineProcess {
  Server& server;
  server_rec* main;
  apr_pool_t* pool;
  pid_t parent;    // whoever forked us
  int serving_fd;  // an eventfd, readable once a child serves: before that no network request is made
};

/// In the fresh child, all signals blocked. Never returns.
[[noreturn]] void run_engine_process(const EngineProcess& process) noexcept;

}  // namespace acme
