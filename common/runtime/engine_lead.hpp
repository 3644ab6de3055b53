// Which engine leads: waiting for the lock of the state directory.
#pragma once

#include "common/runtime/engine_life.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

/// Done once the lock is ours; that another engine leads is told after a while. ErrorKind::cancelled when stopping.
/// `engine_directory` is borrowed.
Task<Result<EngineLock>> take_lead(EngineTools tools, int engine_directory);

}  // namespace acme
