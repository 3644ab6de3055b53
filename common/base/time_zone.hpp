// TimeZone: how far a place's wall clock is from UTC at a given moment.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/posix_time_zone.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

class TimeZone {
 public:
  /// "UTC", "local" (the machine's: TZ, else /etc/localtime), "+02:00", or a name of the tz database ("Europe/Berlin"),
  /// read from the machine's zoneinfo directory (TZDIR, else /usr/share/zoneinfo). Reads the environment: configuration
  /// time only. ErrorKind::configuration: no such zone; says what is accepted.
  static Result<TimeZone> load(std::string_view name);

  /// East of Greenwich is positive.
  Seconds offset_at(UtcTime time) const;

 private:
  static Result<TimeZone> load_local();
  static Result<TimeZone> read(const std::string& path);

  std::vector<std::pair<UtcTime, Seconds>> changes_;  // sorted; each holds from its moment on; may be empty
  std::optional<PosixTimeZone> later_;                // after the last of them
};

}  // namespace acme
