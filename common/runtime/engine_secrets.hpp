// The secrets of a configuration that only the engine needs: each process has a copy of the configuration, and those
// that serve talk with anybody.
#pragma once

#include "common/config/model.hpp"

namespace acme {

/// Cleanses tokens of DNS providers, account keys and MAC keys.
void forget_engine_secrets(Configuration& configuration) noexcept;

}  // namespace acme
