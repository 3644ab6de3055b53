// How the status desk is put together in a life of the engine: what it writes of all but the certificates.
#pragma once

#include <memory>

#include "common/runtime/engine_life.hpp"
#include "common/runtime/status_desk.hpp"

namespace acme {

struct Life;

/// `life.engine` and `life.reloader` are there before it runs.
std::unique_ptr<StatusDesk> make_status(const EngineTools& tools, Life& life);

}  // namespace acme
