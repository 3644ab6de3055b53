// EngineLife: one engine from taking the lock to giving it back: the brake after crashes, opening
// what it works with, the engine and the reloader side by side, and what to do when the state
// directory is taken away under it.
#pragma once

#include "common/base/descriptors.hpp"
#include "common/base/random.hpp"
#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/runtime/engine_log.hpp"
#include "common/runtime/engine_thread.hpp"
#include "common/transport/http_client.hpp"
#include "common/transport/key_maker.hpp"

namespace acme {

/// All borrowed.
struct EngineTools {
  const EngineSetup* setup = nullptr;
  Scheduler* scheduler = nullptr;
  Descriptors* descriptors = nullptr;
  HttpClient* http = nullptr;
  KeyMaker* keys = nullptr;
  Random* random = nullptr;
  EngineLog* log = nullptr;
  DnsLookup* lookup = nullptr;  // in place of the system's resolvers; may be absent
};

/// Lives until the scheduler is cancelled.
Task<void> live_as_engine(EngineTools tools);

}  // namespace acme
