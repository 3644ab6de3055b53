// What must hold of the issuers of a configuration: each for itself, and what they say of one another.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/config/model.hpp"

namespace acme {

/// "file:line: message", ErrorKind::configuration.
Error config_error(const std::string& where, std::string message, std::string hint = {});

/// Fills in what a well-known CA needs not be told, checks each issuer and its fallbacks, and returns them by name.
Result<std::map<std::string, IssuerConfig>> check_issuers(std::vector<IssuerConfig> issuers,
                                                          std::vector<std::string>& warnings);

}  // namespace acme
