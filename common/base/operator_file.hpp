// Files that an operator names in a directive: a MAC key, an account key, trusted roots.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace acme {

/// The whole file of at most `most` bytes; never waits for a FIFO or a device. ErrorKind::configuration names the path
/// and why.
Result<Secret> read_operator_file_up_to(const std::string& path, std::size_t most);
/// The whole file, at most 64 KiB.
Result<Secret> read_operator_file(const std::string& path);

}  // namespace acme
