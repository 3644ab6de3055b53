#include "ngx_acme/engine_process.hpp"

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "ngx_acme/log.hpp"
#include "ngx_acme/module.hpp"
#include "ngx_acme/second_master.hpp"

namespace acme {

namespace {

/// How often the helper looks after its engine.
constexpr ngx_msec_t kWatch = 10'000;

/// Event handler: the engine has lines for the log.
void acme_drain_log(ngx_event_t* event) noexcept {
  guard([&] {
    std::uint64_t count = 0;
    const auto* connection = static_cast<ngx_connection_t*>(event->data);
    if (::read(connection->fd, &count, sizeof count) < 0) return;
    MainConf* main = main_conf(ngx_cycle);
    if (main == nullptr || main->server == nullptr) return;
    NginxLogger log{ngx_cycle->log};
    main->server->drain_log(log);
  });
}

/// nginx leaves its helper by exit().
void acme_helper_exit() noexcept {
  guard([] {
    if (MainConf* main = main_conf(ngx_cycle); main != nullptr) main->engine.stop(*main);
  });
}

/// A killed master takes its helper along: nobody could reload or respawn for it any more. Keys are in this
/// process, so no other process of its user may look into it.
void prepare_helper() {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  ::umask(077);  // a daemonized nginx has none, and hooks inherit it
  std::atexit(acme_helper_exit);
}

/// The manager callback of our path: called at once in the helper, then every kWatch.
ngx_msec_t acme_helper(void* data) noexcept {
  return guard(kWatch, [&]() -> ngx_msec_t {
    auto& main = *static_cast<MainConf*>(data);
    NginxLogger log{ngx_cycle->log};
    if (!main.engine.started()) {
      prepare_helper();
      main.reload_pipe.keep_writing_end();
      const Status started = main.engine.start(const_cast<ngx_cycle_t*>(ngx_cycle), main, ngx_parent);
      if (!started) log.error(describe(started.error()));
    } else if (!main.server->engine_running()) {
      log.error("the engine has stopped by itself; its process is started again");
      ngx_terminate = 1;
    } else if (const auto foreign = main.server->foreign_to_engine()) {
      log.notice(cat(*foreign, " was exchanged: the engine's process, which is confined, is started again to use it"));
      ngx_terminate = 1;
    }
    if (::getppid() != ngx_parent) ngx_terminate = 1;
    return kWatch;
  });
}

/// The helper opens log files anew (USR1), and removes what is old in caches.
FilesOfProcess files_of(const ngx_cycle_t* cycle) {
  FilesOfProcess files;
  for (const ngx_list_part_t* part = &cycle->open_files.part; part != nullptr; part = part->next) {
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      const auto& file = static_cast<const ngx_open_file_t*>(part->elts)[i];
      if (file.name.len > 0) files.logs.push_back(text(file.name));
    }
  }
  // Read to see a second master. A binary upgrade renames them and makes none anew before its helper begins.
  const auto* core = reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(cycle->conf_ctx, ngx_core_module));
  files.read = {text(core->pid), text(core->oldpid)};
  for (const ngx_path_t* path : elements<ngx_path_t*>(cycle->paths)) {
    if (path->manager != nullptr && path->manager != acme_helper) files.folders.push_back(text(path->name));
  }
  return files;
}

EngineHost host_for(const ngx_cycle_t* cycle, MainConf& main, pid_t reload_target, int log_event) {
  const auto* core = reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(cycle->conf_ctx, ngx_core_module));
  EngineHost host;
  host.request_reload = [&main] { return main.reload_pipe.request(); };
  host.reload_hindrance = [reload_target, pid = text(core->pid),
                           old = text(core->oldpid)]() -> std::optional<std::string> {
    // Seen on 1.22.1 without any module: its new cycle has no connections, so it serves nobody any more.
    if (ngx_process == NGX_PROCESS_SINGLE) return "with \"master_process off\" nginx does not survive a reload";
    return second_master(reload_target, pid, old);
  };
  if (ngx_process == NGX_PROCESS_HELPER) host.own_process = files_of(cycle);
  host.log_ready = [log_event] {
    const std::uint64_t one = 1;
    if (::write(log_event, &one, sizeof one) < 0) return;  // full: the main thread has been told already
  };
  return host;
}

}  // namespace

Status EngineProcess::add_helper(ngx_cycle_t* cycle, MainConf& main) {
  auto* path = static_cast<ngx_path_t*>(ngx_pcalloc(cycle->pool, sizeof(ngx_path_t)));
  auto** slot = path == nullptr ? nullptr : static_cast<ngx_path_t**>(ngx_array_push(&cycle->paths));
  if (slot == nullptr) return Error{ErrorKind::internal, "no memory for the engine's process"};
  ngx_str_set(&path->name, "acme engine");
  path->manager = acme_helper;
  path->data = &main;
  *slot = path;
  return {};
}

Status EngineProcess::start(ngx_cycle_t* cycle, MainConf& main, pid_t reload_target) {
  started_ = true;
  // nginx's handler would reap the engine's children (hooks); it has none of its own here.
  std::signal(SIGCHLD, SIG_DFL);
  if (!log_event_) {
    log_event_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!log_event_) return Error{ErrorKind::io, cat("cannot make an eventfd: ", std::strerror(errno))};
    if (ngx_add_channel_event(cycle, log_event_.get(), NGX_READ_EVENT, acme_drain_log) != NGX_OK) {
      return Error{ErrorKind::internal, "cannot watch the engine's log"};
    }
  }
  return main.server->start_engine(host_for(cycle, main, reload_target, log_event_.get()));
}

void EngineProcess::stop(MainConf& main) {
  if (!started_) return;
  started_ = false;
  main.server->stop_engine();
  NginxLogger log{ngx_cycle->log};
  main.server->drain_log(log);
}

}  // namespace acme
