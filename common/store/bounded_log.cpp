#include "common/store/bounded_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::uint64_t kLimit = 1024 * 1024;
constexpr std::size_t kLongestLine = 4096;

/// The open file, when it is a regular one that still has a name; else none.
UniqueFd open_log(int directory, std::uint64_t& size) {
  UniqueFd fd{::openat(directory, "log", O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)};
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
  size = static_cast<std::uint64_t>(facts.st_size);
  return fd;
}

bool has_a_name(int fd) {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 && facts.st_nlink > 0;
}

}  // namespace

void BoundedLog::write(LogLevel level, const std::string& line) {
  const std::string text =
      cat(format_rfc3339(clock_.now()), " ", level_name(level), " ", cleaned(line, kLongestLine), "\n");
  if (file_ && !has_a_name(file_.get())) file_.reset();
  if (!file_) file_ = open_log(directory_, size_);
  if (file_ && size_ + text.size() > kLimit) {
    ::renameat(directory_, "log", directory_, "log.1");
    file_ = open_log(directory_, size_);
    // Could not be renamed: better no more lines than a log without an end.
    if (size_ + text.size() > kLimit) return;
  }
  if (!file_) return;
  const auto written = ::write(file_.get(), text.data(), text.size());
  if (written > 0) size_ += static_cast<std::uint64_t>(written);
}

}  // namespace acme
