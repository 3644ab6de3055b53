#include "common/base/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/base/signal.hpp"
#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostOutput = 16 * 1024;
/// For what a child's own children still write after its end.
constexpr Duration kLastOutput = std::chrono::milliseconds{200};
/// A stop does not wait longer for the end of one that was killed.
constexpr int kKilledWithinMs = 1000;

Error cannot(const std::string& what, int number) {
  return {ErrorKind::internal, cat(what, ": ", std::strerror(number))};
}

class SpawnAttributes {
 public:
  SpawnAttributes() { ready_ = ::posix_spawnattr_init(&attributes_) == 0 && fill(); }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const noexcept { return ready_ ? &attributes_ : nullptr; }

 private:
  bool fill() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    return ::posix_spawnattr_setpgroup(&attributes_, 0) == 0 &&
           ::posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
           ::posix_spawnattr_setsigdefault(&attributes_, &all) == 0 &&
           ::posix_spawnattr_setflags(&attributes_,
                                      POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
  }
  posix_spawnattr_t attributes_{};
  bool ready_ = false;
};

/// A file without a name that can be read from its beginning: nobody has to wait until a child has read it.
Result<UniqueFd> input_file(std::string_view input) {
  UniqueFd file{::memfd_create("input", MFD_CLOEXEC)};
  std::size_t written = 0;
  while (file && written < input.size()) {
    const ssize_t length =
        ::pwrite(file.get(), input.data() + written, input.size() - written, static_cast<off_t>(written));
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    written += static_cast<std::size_t>(length);
  }
  if (!file || written < input.size()) return cannot("no memory for a program's input", errno);
  return file;
}

/// stdin `input` (-1: /dev/null), stdout and stderr `output`, nothing else.
class SpawnFiles {
 public:
  SpawnFiles(int input, int output) {
    ready_ = ::posix_spawn_file_actions_init(&actions_) == 0 &&
             ::posix_spawn_file_actions_adddup2(&actions_, output, 1) == 0 &&
             ::posix_spawn_file_actions_adddup2(&actions_, 1, 2) == 0 &&
             (input >= 0 ? ::posix_spawn_file_actions_adddup2(&actions_, input, 0)
                         : ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
             ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3) == 0;
  }
  ~SpawnFiles() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnFiles(const SpawnFiles&) = delete;
  SpawnFiles& operator=(const SpawnFiles&) = delete;
  const posix_spawn_file_actions_t* get() const noexcept { return ready_ ? &actions_ : nullptr; }

 private:
  posix_spawn_file_actions_t actions_{};
  bool ready_ = false;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

struct Child {
  pid_t pid = 0;
  UniqueFd process;  // readable once it has ended
  UniqueFd output;
  UniqueFd either;  // an epoll of both
};

bool has_ended(pid_t pid) {
  siginfo_t info{};
  // An error: somebody else has reaped it, against the rules.
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

/// Of one that has ended.
void reap(pid_t pid, ChildOutcome& outcome) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) != pid) return;
  outcome.exited = WIFEXITED(status);
  if (outcome.exited) outcome.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.ended_by = WTERMSIG(status);
}

/// A stop of ours.
void end_now(const Child& child) {
  signal_group(child.pid, SIGKILL);
  pollfd entry{child.process.get(), POLLIN, 0};
  ::poll(&entry, 1, kKilledWithinMs);
  ::waitpid(child.pid, nullptr, WNOHANG);
}

bool add_to(const UniqueFd& poll, const UniqueFd& fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  return poll && fd && ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

/// Makes the child awaitable; when that fails it is ended.
Status watch(Child& child) {
  child.process.reset(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  child.either.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (add_to(child.either, child.process) && add_to(child.either, child.output)) return {};
  const int number = errno;
  signal_group(child.pid, SIGKILL);
  while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return cannot("a program cannot be awaited", number);
}

Result<Child> spawn(ChildCommand& command) {
  Child child;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return cannot("no pipe for a program's output", errno);
  child.output.reset(ends[0]);
  const UniqueFd writer{ends[1]};
  ::fcntl(child.output.get(), F_SETFL, O_NONBLOCK);
  const SpawnAttributes attributes;
  UniqueFd input;
  if (!command.input.empty()) {
    auto made = input_file(command.input);
    if (!made) return std::move(made).error();
    input = *std::move(made);
  }
  const SpawnFiles files{input ? input.get() : -1, writer.get()};
  if (attributes.get() == nullptr || files.get() == nullptr) return cannot("no memory to start a program", ENOMEM);
  auto argv = pointers(command.argv);
  auto environment = pointers(command.environment);
  const int failed = ::posix_spawn(&child.pid, argv[0], files.get(), attributes.get(), argv.data(), environment.data());
  if (failed == EAGAIN || failed == ENOMEM) return cannot("no process to be had for " + command.argv[0], failed);
  if (failed != 0) {
    return Error{ErrorKind::configuration, cat(command.argv[0], " cannot be run: ", std::strerror(failed)),
                 "name by its absolute path a program that this server's user may execute"};
  }
  if (auto watched = watch(child); !watched) return std::move(watched).error();
  return child;
}

/// Reads what is there; at the end nothing is waited for any more.
void read_output(Child& child, std::string& output) {
  std::array<char, 4096> buffer{};
  while (child.output) {
    const ssize_t length = ::read(child.output.get(), buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) return child.output.reset();
    // What is beyond the limit is read as well, so that the child does not hang in a full pipe.
    const std::size_t room = kMostOutput - output.size();
    output.append(buffer.data(), std::min(room, static_cast<std::size_t>(length)));
  }
}

/// What its own children still write, for a moment.
Task<void> read_rest(Scheduler& scheduler, Descriptors& descriptors, Child& child, std::string& output) {
  const SteadyTime end = scheduler.clock().steady_now() + kLastOutput;
  read_output(child, output);
  while (child.output) {
    const Wake wake = co_await descriptors.readable(child.output.get(), end);
    if (wake != Wake::ready) co_return;
    read_output(child, output);
  }
}

}  // namespace

std::string describe(const ChildOutcome& outcome, Seconds limit) {
  if (outcome.timed_out) return cat("was ended after ", format_duration(limit));
  if (outcome.exited) return cat("ended with status ", outcome.exit_status);
  if (outcome.ended_by != 0) return cat("was ended by signal ", outcome.ended_by);
  return "ended, nobody knows how";
}

Task<Result<ChildOutcome>> run_child(Scheduler& scheduler, Descriptors& descriptors, ChildCommand command) {
  if (command.argv.empty()) co_return Error{ErrorKind::configuration, "no program is named"};
  if (scheduler.cancelled()) co_return Error{ErrorKind::cancelled, "stopping"};
  auto spawned = spawn(command);
  if (!spawned) co_return std::move(spawned).error();
  Child& child = *spawned;
  ChildOutcome outcome;
  std::optional<SteadyTime> deadline = scheduler.clock().steady_now() + command.limit;
  while (!has_ended(child.pid)) {
    const Wake wake = co_await descriptors.readable(child.either.get(), deadline);
    if (wake == Wake::cancelled) {
      end_now(child);
      co_return Error{ErrorKind::cancelled, "stopping"};
    }
    read_output(child, outcome.output);
    if (wake != Wake::timed_out) continue;
    signal_group(child.pid, outcome.timed_out ? SIGKILL : SIGTERM);
    deadline.reset();
    if (!outcome.timed_out) deadline = scheduler.clock().steady_now() + command.grace;
    outcome.timed_out = true;
  }
  // Before it is reaped, so that the group's number is still its own.
  if (outcome.timed_out) signal_group(child.pid, SIGKILL);
  reap(child.pid, outcome);
  auto reading = read_rest(scheduler, descriptors, child, outcome.output);
  co_await std::move(reading);
  co_return outcome;
}

}  // namespace acme
