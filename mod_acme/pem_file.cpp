#include "mod_acme/pem_file.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "common/base/text.hpp"

namespace acme {

namespace {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<PemFile> PemFile::make(const PemPair& pair) {
  UniqueFd fd{::memfd_create("acme certificate", MFD_CLOEXEC)};
  if (!fd || !write_all(fd.get(), pair.fullchain) || !write_all(fd.get(), "\n") ||
      !write_all(fd.get(), pair.key.view())) {
    return Error{ErrorKind::io, cat("no memory file for a certificate: ", std::strerror(errno))};
  }
  return PemFile{std::move(fd)};
}

std::string PemFile::path() const { return cat("/proc/self/fd/", fd_.get()); }

}  // namespace acme
