// Files that an operator names in a directive: a MAC key, an account key, a token, trusted roots.
//
// Root reads them while a configuration is loaded, so what others could have put there is refused: a file of another
// user or one that others may write to, a secret that everybody may read, and a symbolic link, anywhere on the way,
// that others made or could exchange. Links of root's own are followed (Kubernetes mounts each secret behind two).
// Everything is looked at after it was opened: nothing can be exchanged between the look and the reading.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace acme {

/// The whole file, at most 64 KiB, whoever keeps it: for a command's own user. Like the others it never waits for a
/// FIFO or a device. ErrorKind::configuration names the path and why.
Result<Secret> read_operator_file(const std::string& path);

/// A file of root's (or of whoever loads the configuration) that nobody else may write to, of at most `most` bytes.
/// ErrorKind::configuration, with the command that mends it.
Result<Secret> read_trusted_file(const std::string& path, std::size_t most);

/// The same, and not everybody may read it; at most 64 KiB.
Result<Secret> read_secret_file(const std::string& path);

/// May a user other than root and this process's own change what has this owner and mode?
bool others_may_change(uid_t owner, gid_t group, mode_t mode) noexcept;

}  // namespace acme
