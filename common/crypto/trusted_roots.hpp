// The file of roots that an operator trusts a CA's own server by.
#pragma once

#include <string>

#include "common/base/result.hpp"

namespace acme {

/// ErrorKind::configuration: it cannot be read, or is not one PEM certificate after the other.
Status check_trusted_roots(const std::string& path);

}  // namespace acme
