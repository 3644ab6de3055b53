// Which names may be proved by records that stay (dns-persist-01).
#pragma once

#include <string>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// Of all certificates that may come from this issuer, as a fallback too.
std::vector<Identifier> persist_names(const Configuration& configuration, const std::string& issuer);

}  // namespace acme
