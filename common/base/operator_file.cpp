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

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kUsualMost = 64 * kKiB;

}  // namespace

Result<Secret> read_operator_file(const std::string& path) { return read_operator_file_up_to(path, kUsualMost); }

Result<Secret> read_operator_file_up_to(const std::string& path, std::size_t most) {
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) {
    return Error{ErrorKind::configuration, cat("cannot read \"", path, "\": ", std::strerror(errno))};
  }
  if (!S_ISREG(info.st_mode) || static_cast<std::size_t>(info.st_size) > most) {
    return Error{ErrorKind::configuration, cat("\"", path, "\" is no regular file of at most ", most / kKiB, " KiB")};
  }
  Secret content{static_cast<std::size_t>(info.st_size)};
  const ssize_t got = ::read(fd.get(), content.data(), content.size());
  if (got != info.st_size) return Error{ErrorKind::configuration, cat("cannot read \"", path, "\" whole")};
  return content;
}

}  // namespace acme
