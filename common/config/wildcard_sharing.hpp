// Virtual hosts whose names another host's wildcard certificate covers: they serve that one and order nothing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/config/host_plan.hpp"

namespace acme {

/// For each plan the index of the one whose certificates it serves instead of its own; nullopt: its own. That one
/// covers all its names, has the same issuer, key types and settings, and does not borrow itself; of several the one
/// with the fewest names, then by these, whatever the order of the hosts. Who is told names for its certificate, or
/// share_wildcard off, borrows nothing; who is told the latter lends nothing either. `notices`: one for each lender.
std::vector<std::optional<std::size_t>> share_wildcards(std::span<const HostPlan> plans,
                                                        std::vector<std::string>& notices);

}  // namespace acme
