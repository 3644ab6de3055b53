// The Activation of one life of the engine: what it asks the engine and its stores.
#pragma once

#include <memory>

#include "common/runtime/life.hpp"

namespace acme {

/// nullptr: no TLS connection can be made here at all, which was logged. `life` outlives it.
std::unique_ptr<Activation> make_activation(const EngineTools& tools, Life& life);

}  // namespace acme
