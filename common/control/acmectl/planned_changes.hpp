// What a reload would do, from the certificates of the running server and those that the configuration on disk wants.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "common/control/rows.hpp"

namespace acme {

enum class PlannedAction : std::uint8_t { order, replace, renew, keep, drop };
const char* action_name(PlannedAction action);

struct PlannedChange {
  PlannedAction action = PlannedAction::keep;
  std::string name;
  std::string id;
  std::string why;
};

/// `running`: the engine's rows, orphans too.
std::vector<PlannedChange> planned_changes(const std::vector<CertificateRow>& running,
                                           const std::vector<CertificateRow>& wanted, UtcTime now);

}  // namespace acme
