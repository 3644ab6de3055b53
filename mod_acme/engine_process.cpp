#include "mod_acme/engine_process.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "mod_acme/log.hpp"
#include "mod_acme/signal.hpp"

namespace acme {

namespace {

constexpr int kCannotRun = 3;
constexpr int kWatchIntervalMs = 1000;
constexpr std::chrono::seconds kLookInterval{10};
constexpr unsigned kStopLimitSeconds = 5;

void wake(int fd) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(fd, &one, sizeof one);
}

/// From here on nothing is privileged, and the end of the parent ends us too.
Status become_unprivileged(const EngineProcess& process) {
  ap_close_listeners();
  if (ap_run_drop_privileges(process.pool, process.main) != OK) {
    return Error{ErrorKind::permission, "the engine process cannot take the identity of the children"};
  }
  // After the change of identity, which would clear it.
  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != process.parent) {
    return Error{ErrorKind::cancelled, "the parent has ended"};
  }
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NAME, "acme engine");
  ::umask(077);
  return {};
}

class Main {
 public:
  explicit Main(const EngineProcess& process) : process_{process}, log_{process.main} {}

  int run() {
    auto ready = prepare();
    if (!ready) {
      if (ready.error().kind != ErrorKind::cancelled) log_.error(describe(ready.error()));
      return ready.error().kind == ErrorKind::cancelled ? 0 : kCannotRun;
    }
    if (!wait_until_serving()) return 0;
    auto started = process_.server.start_engine(host());
    if (!started) {
      log_.error(describe(started.error()));
      return kCannotRun;
    }
    const int status = watch();
    ::alarm(kStopLimitSeconds);  // a stop that hangs must not outlive a restart
    process_.server.stop_engine();
    process_.server.drain_log(log_);
    return status;
  }

 private:
  Status prepare();
  EngineHost host();
  bool wait_until_serving();
  int watch();
  bool confinement_is_outdated();

  const EngineProcess& process_;
  HttpdLogger log_;
  UniqueFd signals_;
  UniqueFd wake_;
  std::atomic<bool> reload_requested_{false};
  std::chrono::steady_clock::time_point next_look_ = std::chrono::steady_clock::now() + kLookInterval;
};

Status Main::prepare() {
  reset_signals();
  sigset_t stop;
  sigemptyset(&stop);
  for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) sigaddset(&stop, number);
  sigprocmask(SIG_SETMASK, &stop, nullptr);
  signals_.reset(::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK));
  wake_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signals_ || !wake_) return Error{ErrorKind::io, cat("the engine process: ", std::strerror(errno))};
  return become_unprivileged(process_);
}

EngineHost Main::host() {
  EngineHost host;
  host.request_reload = [this]() -> Status {
    reload_requested_ = true;
    wake(wake_.get());
    return {};
  };
  host.reload_hindrance = []() -> std::optional<std::string> {
    if (!ap_exists_config_define("DEBUG") && !ap_exists_config_define("ONE_PROCESS")) return std::nullopt;
    return "httpd runs as a single process, without a parent that could reload";
  };
  host.own_process.emplace();
  host.log_ready = [fd = wake_.get()] { wake(fd); };
  return host;
}

bool Main::wait_until_serving() {
  std::array<pollfd, 2> fds{{{process_.serving_fd, POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
  for (;;) {
    const int ready = ::poll(fds.data(), fds.size(), -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (fds[1].revents) return false;
    if (fds[0].revents) return true;
  }
}

int Main::watch() {
  std::array<pollfd, 2> fds{{{wake_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
  for (;;) {
    ::poll(fds.data(), fds.size(), kWatchIntervalMs);
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof count);
    process_.server.drain_log(log_);
    if (fds[1].revents) return 0;
    if (reload_requested_) return kReloadStatus;
    if (!process_.server.engine_running()) return kCannotRun;
    if (confinement_is_outdated()) return kAnewStatus;
  }
}

bool Main::confinement_is_outdated() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return false;
  next_look_ = now + kLookInterval;
  const auto foreign = process_.server.foreign_to_engine();
  if (!foreign) return false;
  log_.notice(cat(*foreign, " was exchanged: the engine's process, which is confined, is started again to use it"));
  return true;
}

}  // namespace

void run_engine_process(const EngineProcess& process) noexcept {
  const int status = guard(kCannotRun, [&] {
    Main main{process};
    return main.run();
  });
  ::_exit(status);  // no exit handlers: the pools they would clear are the parent's
}

}  // namespace acme
