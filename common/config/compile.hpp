// compile: from what the operator wrote to what the engine does. Pure.
#pragma once

#include "common/config/model.hpp"

namespace acme {

/// Checks the whole (unknown or duplicate issuers, bad names, wildcards without a DNS challenge, missing
/// URLs), normalises names, joins equal sets and gives each certificate its id. ErrorKind::configuration
/// with "file:line" in front.
Result<Configuration> compile(Draft draft);

}  // namespace acme
