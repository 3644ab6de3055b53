#include "common/runtime/installed_hooks.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "common/base/child_process.hpp"
#include "common/base/guard.hpp"
#include "common/base/signal.hpp"
#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "common/runtime/hook_environment.hpp"
#include "common/runtime/hook_programs.hpp"
#include "common/runtime/live_names.hpp"
#include "common/store/file_io.hpp"
#include "common/store/live_directory.hpp"

namespace acme {

namespace {

constexpr std::array kPauses{Seconds{5}, Seconds{30}};

struct InstalledHook {
  std::string certificate;
  ChildCommand command;
};

std::vector<InstalledHook> hooks_for(const Configuration& configuration, const std::vector<std::size_t>& fresh,
                                     const std::string& state_path) {
  const auto names = live_names(configuration);
  std::vector<InstalledHook> hooks;
  for (const std::size_t index : fresh) {
    for (const auto& configured : configuration.hooks) {
      if (configured.event != HookEvent::installed) continue;
      HookFacts facts;
      facts.event = HookEvent::installed;
      facts.certificate = &configuration.certificates[index];
      facts.live_path = live_path(state_path, names[index]);
      InstalledHook hook;
      hook.certificate = facts.certificate->first_name;
      hook.command.argv = configured.argv;
      hook.command.environment = hook_environment(facts);
      hooks.push_back(std::move(hook));
    }
  }
  return hooks;
}

/// Files opened for appending, pipes to write to, connected datagram sockets (syslog).
bool may_be_a_log(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return false;
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return false;
  if (S_ISREG(facts.st_mode)) return (flags & O_APPEND) != 0;
  if (S_ISFIFO(facts.st_mode)) return true;
  int type = 0;
  socklen_t size = sizeof type;
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  return S_ISSOCK(facts.st_mode) && ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM &&
         ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0;
}

/// Above all the listening sockets, which would outlive the server here.
void close_all_but_logs() {
  ::closelog();
  std::vector<int> open;
  {
    const auto folder = open_directory("/proc/self/fd");
    const auto names = folder ? list_directory(folder->get()) : Result<std::vector<std::string>>{Error{}};
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
      if (const auto number = parse_number(name)) open.push_back(static_cast<int>(*number));
    }
  }
  for (const int fd : open) {
    if (fd > 2 && !may_be_a_log(fd)) ::close(fd);
  }
}

class Supervisor {
 public:
  Supervisor(std::vector<InstalledHook> hooks, Logger& log) : hooks_{std::move(hooks)}, log_{log} {}

  void run() {
    scheduler_.spawn(run_all());
    for (scheduler_.run_ready(); scheduler_.running() > 0; scheduler_.run_ready()) wait();
  }

 private:
  Task<void> run_all();
  Task<bool> run_once(const InstalledHook& hook, const char* then);
  void wait();

  std::vector<InstalledHook> hooks_;
  Logger& log_;
  SystemClock clock_;
  Scheduler scheduler_{clock_};
  Descriptors descriptors_{scheduler_};
};

void Supervisor::wait() {
  std::vector<pollfd> polled;
  descriptors_.fill(polled);
  int limit = -1;
  if (const auto next = scheduler_.next_deadline()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - clock_.steady_now());
    limit = static_cast<int>(std::max(left, std::chrono::milliseconds{0}).count());
  }
  if (::poll(polled.data(), polled.size(), limit) > 0) descriptors_.wake_ready(polled);
}

Task<void> Supervisor::run_all() {
  for (const auto& hook : hooks_) {
    for (std::size_t attempt = 0; attempt <= kPauses.size(); ++attempt) {
      const bool last = attempt == kPauses.size();
      auto task = run_once(hook, last ? "; given up" : "; tried again");
      const bool done = co_await std::move(task);
      if (done || last) break;
      const Seconds pause = kPauses[attempt];
      co_await scheduler_.sleep_for(pause);
    }
  }
}

Task<bool> Supervisor::run_once(const InstalledHook& hook, const char* then) {
  ChildCommand command = hook.command;
  const std::string what = cat(hook.certificate, ": the hook ", command.argv.front(), " for installed");
  const Seconds limit = command.limit;
  if (auto safe = check_root_program(command.argv.front()); !safe) {
    log_.error(cat(what, " ", describe(safe.error()), then));
    co_return false;
  }
  auto task = run_child(scheduler_, descriptors_, std::move(command));
  auto outcome = co_await std::move(task);
  if (!outcome) {
    log_.error(cat(what, ": ", describe(outcome.error()), then));
    co_return false;
  }
  if (outcome->succeeded()) co_return true;
  const std::string output = cleaned(trim(outcome->output));
  log_.error(cat(what, " ", describe(*outcome, limit), output.empty() ? "" : ": ", output, then));
  co_return false;
}

/// In the process of its own.
void supervise(std::vector<InstalledHook> hooks, const std::string& state_path, Logger& log) {
  ::prctl(PR_SET_NAME, "acme hooks");
  default_signals();
  close_all_but_logs();
  ::umask(022);  // a daemonized nginx has none
  // Hooks of two loads do not run side by side.
  const auto live = open_directory(state_path + "/live");
  while (live && ::flock(live->get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  Supervisor{std::move(hooks), log}.run();
}

}  // namespace

Status run_installed_hooks(const Configuration& configuration, const std::vector<std::size_t>& fresh,
                           const std::string& state_path, Logger& log) {
  auto hooks = hooks_for(configuration, fresh, state_path);
  if (hooks.empty()) return {};
  const pid_t between = ::fork();
  if (between < 0) {
    return Error{ErrorKind::internal, cat("no process for the hooks of live/: ", std::strerror(errno))};
  }
  if (between == 0) {
    ::setsid();
    // Its parent ends at once, so that the server never learns of this process, nor has to reap it.
    const pid_t own = ::fork();
    if (own == 0) guard([&] { supervise(std::move(hooks), state_path, log); });
    if (own < 0) guard([&] { log.error("no process for the hooks of live/"); });
    ::_exit(0);
  }
  while (::waitpid(between, nullptr, 0) < 0 && errno == EINTR) {
  }
  return {};
}

}  // namespace acme
