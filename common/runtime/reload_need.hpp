// By when a reload must have happened, whatever the operator's window says (reloader.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "common/config/model.hpp"
#include "common/store/store.hpp"

namespace acme {

/// A new version of certificate `id` is stored. `now` for a must-staple one; else when the version expires that the
/// server loaded (`injected`, by id); UtcTime::max() when it loaded none, and without a window, for which alone it
/// matters.
UtcTime reload_needed_by(const Configuration& configuration, const std::map<std::string, std::uint64_t>& injected,
                         const std::string& id, UtcTime now, const std::function<Store&(const IssuerConfig&)>& store);

}  // namespace acme
