// Files that an operator names in a directive: a MAC key, an account key.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace acme {

/// The whole file, at most 64 KiB; never waits for a FIFO or a device. ErrorKind::configuration names the path and why.
Result<Secret> read_operator_file(const std::string& path);

}  // namespace acme
