#include "common/store/bounded_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::uint64_t kLimit = 1024 * 1024;
constexpr std::size_t kLongestLine = 4096;

bool has_a_name(int fd) {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 && facts.st_nlink > 0;
}

}  // namespace

/// Opens the file when it is a regular one.
void BoundedLog::open() {
  file_.reset(::openat(directory_, "log", O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
  struct stat facts {};
  if (!file_ || ::fstat(file_.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return file_.reset();
  size_ = static_cast<std::uint64_t>(facts.st_size);
  char last = '\n';
  torn_ = size_ > 0 && (::pread(file_.get(), &last, 1, facts.st_size - 1) != 1 || last != '\n');
}

void BoundedLog::write(LogLevel level, const std::string& line) {
  if (file_ && !has_a_name(file_.get())) file_.reset();
  if (!file_) open();
  std::string text = cat(format_rfc3339(clock_.now()), " ", level_name(level), " ", cleaned(line, kLongestLine), "\n");
  if (file_ && size_ + text.size() > kLimit) {
    ::renameat(directory_, "log", directory_, "log.1");
    open();
    // Could not be renamed: better no more lines than a log without an end.
    if (size_ + text.size() > kLimit) return;
  }
  if (!file_) return;
  if (torn_) text.insert(0, 1, '\n');
  const auto written = ::write(file_.get(), text.data(), text.size());
  if (written == static_cast<ssize_t>(text.size())) {
    size_ += text.size();
    torn_ = false;
  } else if (written > 0) {
    file_.reset();  // the next line does not go on where this one was cut
  }
}

}  // namespace acme
