// A compiled time zone of the tz database (TZif, RFC 9636), as it lies in /usr/share/zoneinfo. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/time.hpp"

namespace acme {

struct TimeZoneTable {
  std::vector<std::pair<UtcTime, Seconds>> changes;  // sorted; the first holds since ever
  std::string rule;  // for moments after the last change (posix_time_zone.hpp); may be empty
};

/// nullopt: these bytes are no such file, or one cut off. Leap seconds are not of interest.
std::optional<TimeZoneTable> parse_tzif(std::string_view bytes);

}  // namespace acme
