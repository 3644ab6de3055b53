// Life: what one life of the engine works with, and how it is opened and put together once the lock is held.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/runtime/activation.hpp"
#include "common/runtime/control_desk.hpp"
#include "common/runtime/dns_desk.hpp"
#include "common/runtime/engine.hpp"
#include "common/runtime/engine_life.hpp"
#include "common/runtime/engine_stores.hpp"
#include "common/runtime/hook_runner.hpp"
#include "common/runtime/life_notices.hpp"
#include "common/runtime/orphans.hpp"
#include "common/runtime/reloader.hpp"
#include "common/runtime/status_desk.hpp"
#include "common/store/ledger.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

/// Made after the lock is taken.
struct Life {
  explicit Life(UniqueFd opened, const Clock& clock) : tree{std::move(opened)}, log_file{tree.get(), clock} {}
  UniqueFd tree;
  BoundedLog log_file;
  std::optional<EngineLock> lock;
  EngineStores stores;
  Counters counters;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<ChallengeBoard> board;
  std::unique_ptr<DnsDesk> dns;
  std::unique_ptr<OrderPreflight> preflight;
  std::unique_ptr<StatusDesk> status;  // the engine marks there what changes
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Reloader> reloader;
  std::unique_ptr<HookRunner> hooks;
  Notices notices;
  std::unique_ptr<Orphans> orphans;
  std::unique_ptr<TlsProbe> probe;
  std::unique_ptr<Activation> activation;  // none: nobody looks what is served
  std::unique_ptr<ControlDesk> control;    // none: nobody can ask
  bool operator_load = false;
};

/// Opens all that needs the lock. ErrorKind::io and the like: the directory cannot be used.
Status open_life(const EngineTools& tools, Life& life);

/// A reload is wanted for this version.
void want_reload(const EngineTools& tools, Life& life, const std::string& id, std::uint64_t version);

}  // namespace acme
