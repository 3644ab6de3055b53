// TimeZone: how far a place's wall clock is from UTC at a given moment.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

class TimeZone {
 public:
  /// "UTC", "local" (the machine's), "+02:00", or a name of the tz database ("Europe/Berlin"), read from the machine's
  /// zoneinfo directory. ErrorKind::configuration: no such zone; says what is accepted.
  static Result<TimeZone> load(std::string_view name);

  /// East of Greenwich is positive.
  Seconds offset_at(UtcTime time) const;

 private:
  std::vector<std::pair<UtcTime, Seconds>> changes_;  // sorted; each holds from its moment on
};

}  // namespace acme
