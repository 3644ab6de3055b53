// Which folder of live/ each certificate has.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// By index of Configuration::certificates: the set's first name; for its second and further key types with "-rsa" or
/// "-ecdsa" behind; where another set has that already, with the last characters of the certificate's id.
std::vector<std::string> live_names(const Configuration& configuration);
/// By certificate id: what the folder is called, a wildcard written as "_wildcard".
std::map<std::string, std::string> live_folders(const Configuration& configuration);

}  // namespace acme
