#include "common/base/operator_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

constexpr off_t kMaxFileSize = 64 * 1024;

}  // namespace

Result<Secret> read_operator_file(const std::string& path) {
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) {
    return Error{ErrorKind::configuration, cat("cannot read \"", path, "\": ", std::strerror(errno))};
  }
  if (!S_ISREG(info.st_mode) || info.st_size > kMaxFileSize) {
    return Error{ErrorKind::configuration, cat("\"", path, "\" is no regular file of at most 64 KiB")};
  }
  Secret content{static_cast<std::size_t>(info.st_size)};
  const ssize_t got = ::read(fd.get(), content.data(), content.size());
  if (got != info.st_size) return Error{ErrorKind::configuration, cat("cannot read \"", path, "\" whole")};
  return content;
}

}  // namespace acme
