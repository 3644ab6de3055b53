// set_changes: what must become of TXT sets so that values are in them or are not. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "common/dns_provider/dns_provider.hpp"
#include "common/dns_provider/zone_api.hpp"

namespace acme {

enum class TxtEdit : std::uint8_t { add, remove };

/// One change for each name whose set is not yet as it should be; a new set gets `ttl`, an existing one keeps its own.
std::vector<SetChange> set_changes(const std::vector<TxtSet>& sets, const std::vector<TxtRecord>& records, TxtEdit edit,
                                   std::uint32_t ttl);

}  // namespace acme
