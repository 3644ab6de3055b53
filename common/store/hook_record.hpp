// HookRecord: the hooks that have not succeeded yet (engine/hooks.json), so that an end of the engine
// between a renewal and the success of its hook loses neither.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/config/model.hpp"

namespace acme {

struct PendingHook {
  HookEvent event = HookEvent::renewed;
  std::vector<std::string> argv;  // as it was configured
  std::string certificate_id;
  std::uint64_t version = 0;
  std::string message;
  std::uint32_t attempts = 0;  // that failed
  std::optional<UtcTime> next_try;
};

/// An unreadable or missing record is an empty one.
std::vector<PendingHook> load_hook_record(int engine_directory);
/// The last thousand at most.
Status save_hook_record(int engine_directory, const std::vector<PendingHook>& pending);

}  // namespace acme
