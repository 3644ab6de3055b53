// Which zone of an account a record belongs into, and what it is called there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/dns_provider/zone_api.hpp"

namespace acme {

/// The zone with the longest name that `name` is or ends in; nullptr: none.
const ApiZone* best_zone(const std::vector<ApiZone>& zones, std::string_view name);

/// A zone's name as APIs write it, "Example.ORG." or with umlauts, in our form. nullopt: no name at all, or over 253
/// bytes.
std::optional<std::string> zone_name(std::string_view written);

/// "_acme-challenge.www" of "_acme-challenge.www.example.org" in example.org; `apex` for the zone's own name.
std::string relative_name(const ApiZone& zone, std::string_view name, std::string_view apex = "@");

/// The other way round; "" and "@" are the zone itself.
std::string absolute_name(const ApiZone& zone, std::string_view relative);

}  // namespace acme
