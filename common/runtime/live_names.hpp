// Which folder of live/ each certificate has.
#pragma once

#include <string>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// By index of Configuration::certificates: the set's first name; for its second and further key types with "-rsa" or
/// "-ecdsa" behind; where another set has that already, with the last characters of the certificate's id.
std::vector<std::string> live_names(const Configuration& configuration);

}  // namespace acme
