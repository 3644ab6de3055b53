// ReloadRecord: what the engine remembers about graceful reloads (engine/reloads.json), so that a
// reload is asked for once for each new certificate, and an operator's reload is told from ours.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

struct ReloadRecord {
  std::string load_id;                         // of the configuration load whose engine wrote this
  std::optional<UtcTime> requested_at;         // the last request of ours, not yet seen to have happened
  std::optional<UtcTime> last_request;         // for the interval between two
  std::map<std::string, std::uint64_t> asked;  // certificate id -> version a reload was asked for
};

/// An unreadable or missing record is an empty one.
ReloadRecord load_reload_record(int engine_directory);
Status save_reload_record(int engine_directory, const ReloadRecord& record);

}  // namespace acme
