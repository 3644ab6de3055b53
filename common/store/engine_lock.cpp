// The part of state_directory.hpp that decides which process is the engine.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

namespace {

pid_t read_pid(int fd) {
  std::array<char, 16> text{};
  const auto length = ::pread(fd, text.data(), text.size(), 0);
  if (length <= 0) return 0;
  const auto pid = parse_number(trim({text.data(), static_cast<std::size_t>(length)}));
  return pid && *pid <= 0x7fffffff ? static_cast<pid_t>(*pid) : 0;
}

void write_pid(int fd) {
  const std::string text = cat(::getpid(), "\n");
  // For people and messages only: a full disk costs the pid, not the lock.
  if (::ftruncate(fd, 0) == 0) (void)!::pwrite(fd, text.data(), text.size(), 0);
}

bool same_file(int directory, int fd) {
  struct stat held {};
  struct stat named {};
  return ::fstat(fd, &held) == 0 && ::fstatat(directory, "lock", &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace

Result<std::optional<EngineLock>> EngineLock::try_take(int engine_directory, pid_t& holder) {
  holder = 0;
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  // Between open and flock another process may have replaced the file: look again, then the new one counts.
  for (int attempt = 0; attempt < 8; ++attempt) {
    UniqueFd fd{::openat(engine_directory, "lock", kFlags, 0600)};
    if (!fd) return system_error("cannot open engine/lock", errno);
    struct stat facts {};
    if (::fstat(fd.get(), &facts) != 0) return system_error("cannot look at engine/lock", errno);
    if (!S_ISREG(facts.st_mode)) return Error{ErrorKind::malformed, "engine/lock is not a regular file", "remove it"};
    int taken = ::flock(fd.get(), LOCK_EX | LOCK_NB);
    while (taken != 0 && errno == EINTR) taken = ::flock(fd.get(), LOCK_EX | LOCK_NB);
    if (taken != 0 && errno != EWOULDBLOCK) return system_error("cannot lock engine/lock", errno);
    if (taken != 0) {
      holder = read_pid(fd.get());
      return std::optional<EngineLock>{};
    }
    if (!same_file(engine_directory, fd.get())) continue;
    ::fchmod(fd.get(), 0600);
    write_pid(fd.get());
    return std::optional<EngineLock>{EngineLock{std::move(fd)}};
  }
  return Error{ErrorKind::io, "engine/lock is being replaced again and again"};
}

bool EngineLock::still_held(int engine_directory) const { return same_file(engine_directory, fd_.get()); }

}  // namespace acme
