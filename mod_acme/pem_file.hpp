// PemFile: a certificate chain and its key as a file that exists only in memory.
//
// mod_ssl takes certificates as file names and would ask for a pass phrase for an encrypted key; a
// plain key must not touch the disk. So it gets /proc/self/fd/N of a memfd, which it opens and reads
// while it configures the virtual host.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "common/runtime/server.hpp"

namespace acme {

class PemFile {
 public:
  /// ErrorKind::io.
  static Result<PemFile> make(const PemPair& pair);

  /// Valid as long as this object.
  std::string path() const;

 private:
  explicit PemFile(UniqueFd fd) : fd_{std::move(fd)} {}
  UniqueFd fd_;
};

}  // namespace acme
