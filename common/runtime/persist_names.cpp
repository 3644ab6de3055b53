#include "common/runtime/persist_names.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"

namespace acme {

std::vector<Identifier> persist_names(const Configuration& configuration, const std::string& issuer) {
  std::vector<Identifier> names;
  for (const auto& config : configuration.certificates) {
    const bool here = config.issuer == issuer ||
                      std::find(config.fallback.begin(), config.fallback.end(), issuer) != config.fallback.end();
    const auto& types = config.challenges;
    if (!here || std::find(types.begin(), types.end(), kDnsPersist01) == types.end()) continue;
    names.insert(names.end(), config.names.begin(), config.names.end());
  }
  return names;
}

}  // namespace acme
