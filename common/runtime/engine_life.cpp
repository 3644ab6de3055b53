#include "common/runtime/engine_life.hpp"

#include <unistd.h>

#include <algorithm>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/runtime/control_desk.hpp"
#include "common/runtime/crash_brake.hpp"
#include "common/runtime/dns_desk.hpp"
#include "common/runtime/engine.hpp"
#include "common/runtime/engine_lead.hpp"
#include "common/runtime/engine_stores.hpp"
#include "common/runtime/hook_runner.hpp"
#include "common/runtime/orphans.hpp"
#include "common/runtime/reload_need.hpp"
#include "common/runtime/reloader.hpp"
#include "common/store/ledger.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

namespace {

constexpr Duration kDirectoryCheck = std::chrono::seconds{5};
/// nginx tells its old workers after 100 ms to stop accepting, Apache its children at once.
constexpr Duration kOthersEndWithin = std::chrono::seconds{2};
constexpr Duration kReopen = std::chrono::seconds{10};

/// What one life works with. Made after the lock is taken.
struct Life {
  explicit Life(UniqueFd opened, const Clock& clock) : tree{std::move(opened)}, log_file{tree.get(), clock} {}
  UniqueFd tree;
  BoundedLog log_file;
  std::optional<EngineLock> lock;
  EngineStores stores;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<ChallengeBoard> board;
  std::unique_ptr<DnsDesk> dns;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Reloader> reloader;
  std::unique_ptr<HookRunner> hooks;
  std::unique_ptr<Orphans> orphans;
  std::unique_ptr<ControlDesk> control;  // none: nobody can ask
  bool operator_load = false;
};

void note(const EngineTools& tools, Ledger& ledger, LedgerEvent event) {
  LedgerEntry entry;
  entry.time = tools.scheduler->clock().now();
  entry.event = event;
  auto noted = ledger.append(entry);
  if (!noted) tools.log->warn(describe(noted.error()));
}

std::unique_ptr<Reloader> make_reloader(const EngineTools& tools, Life& life) {
  const Configuration& configuration = *tools.setup->configuration;
  ReloadRecord record = load_reload_record(life.tree.get());
  life.operator_load = note_load(record, tools.setup->load_id, tools.scheduler->clock().now());
  auto saved = save_reload_record(life.tree.get(), record);
  if (!saved) tools.log->warn(describe(saved.error()));
  Reloader::Services services;
  services.scheduler = tools.scheduler;
  services.log = tools.log;
  services.loaded_files = tools.setup->loaded_files;
  services.request_reload = tools.setup->host.request_reload;
  services.hindrance = tools.setup->host.reload_hindrance;
  services.orders_under_way = [&life] {
    return life.engine->busy() + life.dns->busy() + life.hooks->busy() + (life.control ? life.control->busy() : 0);
  };
  services.save = [&life](const ReloadRecord& changed) { return save_reload_record(life.tree.get(), changed); };
  return std::make_unique<Reloader>(configuration.reload, configuration.certificates.size(), std::move(record),
                                    services);
}

const VersionMeta* meta_of(const Engine& engine, const std::string& id) {
  for (const auto& tended : engine.certificates()) {
    if (tended->config().id == id) return tended->meta() ? &*tended->meta() : nullptr;
  }
  return nullptr;
}

std::unique_ptr<HookRunner> make_hooks(const EngineTools& tools, Life& life) {
  HookRunner::Services services;
  services.scheduler = tools.scheduler;
  services.random = tools.random;
  services.log = tools.log;
  services.run = [tools](ChildCommand command) {
    return run_child(*tools.scheduler, *tools.descriptors, std::move(command));
  };
  services.save = [&life](const std::vector<PendingHook>& pending) {
    return save_hook_record(life.tree.get(), pending);
  };
  services.meta = [&life](const std::string& id) { return meta_of(*life.engine, id); };
  services.state_path = tools.setup->state_path;
  return std::make_unique<HookRunner>(*tools.setup->configuration, load_hook_record(life.tree.get()),
                                      std::move(services));
}

/// A reload is wanted for this version.
void want_reload(const EngineTools& tools, Life& life, const std::string& id, std::uint64_t version) {
  const UtcTime needed_by =
      reload_needed_by(*tools.setup->configuration, tools.setup->injected, id, tools.scheduler->clock().now(),
                       [&life](const IssuerConfig& issuer) -> Store& { return life.stores.of(issuer); });
  life.reloader->want(id, version, needed_by);
}

std::unique_ptr<Engine> make_engine(const EngineTools& tools, Life& life) {
  EngineServices services;
  services.configuration = tools.setup->configuration;
  services.scheduler = tools.scheduler;
  services.http = tools.http;
  services.keys = tools.keys;
  services.random = tools.random;
  services.log = tools.log;
  services.board = life.board.get();
  services.ledger = life.ledger.get();
  services.dns = &life.dns->challenges();
  services.lookup = &life.dns->lookup();
  services.store = [&life](const IssuerConfig& issuer) -> Store& { return life.stores.of(issuer); };
  services.installed = [tools, &life](const std::string& id, std::uint64_t version) {
    want_reload(tools, life, id, version);
  };
  services.happened = [&life](const CertificateEvent& event) { life.hooks->happened(event); };
  services.challenge_published = [&life](PublishedChallenge challenge) {
    return life.hooks->challenge_published(std::move(challenge));
  };
  return std::make_unique<Engine>(std::move(services));
}

std::unique_ptr<Orphans> make_orphans(const EngineTools& tools, Life& life) {
  Orphans::Services services;
  services.scheduler = tools.scheduler;
  services.random = tools.random;
  services.log = tools.log;
  services.store = [&life](const IssuerConfig& issuer) -> Store& { return life.stores.of(issuer); };
  return std::make_unique<Orphans>(*tools.setup->configuration, std::move(services));
}

void open_control(const EngineTools& tools, Life& life) {
  auto control = ControlDesk::open(tools, *life.engine, *life.board, *life.dns, life.tree.get());
  if (!control) return tools.log->warn(cat("acmectl cannot be answered: ", describe(control.error())));
  life.control = *std::move(control);
}

/// Opens all that needs the lock. ErrorKind::io and the like: the directory cannot be used.
Status open_life(const EngineTools& tools, Life& life) {
  auto ledger = open_ledger(life.tree.get(), tools.scheduler->clock().now());
  if (!ledger) return std::move(ledger).error();
  life.ledger = *std::move(ledger);
  auto board = open_challenge_board(life.tree.get());
  if (!board) return std::move(board).error();
  life.board = *std::move(board);
  auto stores = life.stores.open(*tools.setup);
  if (!stores) return stores;
  life.reloader = make_reloader(tools, life);
  life.hooks = make_hooks(tools, life);
  life.dns = std::make_unique<DnsDesk>(
      tools, life.tree.get(), [&life](const IssuerConfig& issuer) -> Store& { return life.stores.of(issuer); });
  life.engine = make_engine(tools, life);
  life.orphans = make_orphans(tools, life);
  open_control(tools, life);
  return {};
}

/// Certificates that became current after the server had loaded its configuration.
void want_missed_reloads(const EngineTools& tools, Life& life) {
  for (const auto& [id, version] : life.engine->versions()) {
    const auto injected = tools.setup->injected.find(id);
    if (injected != tools.setup->injected.end() && injected->second < version) {
      want_reload(tools, life, id, version);
    }
  }
}

/// What a name less, or names that moved, makes new needs no order as long as the certificate before covers it.
void spare_orders(const EngineTools& tools, Life& life) {
  for (const auto& tended : life.engine->certificates()) {
    const auto until = tended->version() == 0 ? life.orphans->covered_until(tended->config()) : std::nullopt;
    if (!until) continue;
    tended->spare_until(*until);
    if (!life.operator_load) continue;
    tools.log->notice(cat(tended->config().first_name, ": the certificate from before covers it, ordered about ",
                          format_for_people(*until)));
  }
}

/// Looked up by its path: our own descriptor would follow a directory that was moved away.
bool taken_away(const EngineTools& tools, const Life& life) {
  const auto tree = open_engine_tree(tools.setup->state_path);
  if (!tree) return tree.error().kind == ErrorKind::not_found;
  return !life.lock->still_held(tree->get());
}

/// Ends the life when the directory is deleted or replaced: others may lead the new one.
Task<void> watch_directory(EngineTools tools, Life& life) {
  for (;;) {
    const Wake wake = co_await tools.scheduler->sleep_for(kDirectoryCheck);
    if (wake == Wake::cancelled) break;
    if (!taken_away(tools, life)) continue;
    tools.log->error(cat("the state directory ", tools.setup->state_path,
                         " was deleted or replaced: what is loaded is served on, nothing is ordered (reload the server "
                         "to make the directory anew)"));
    break;
  }
  life.engine->stop();
  life.dns->stop();
  life.hooks->stop();
  life.orphans->stop();
  life.reloader->stop();
  if (life.control) life.control->stop();
}

Task<void> run_life(EngineTools tools, Life& life) {
  const Seconds brake = crash_brake(*life.ledger, tools.scheduler->clock().now());
  note(tools, *life.ledger, LedgerEvent::engine_start);
  if (brake.count() > 0) {
    tools.log->error(cat("the engine ended unexpectedly several times: it waits ", format_duration(brake),
                         " before it asks any CA (see the server's log for the cause)"));
    const Wake wake = co_await tools.scheduler->sleep_for(brake);
    if (wake == Wake::cancelled) co_return note(tools, *life.ledger, LedgerEvent::engine_stop);
  }
  if (tools.setup->others_answer) {
    const Wake wake = co_await tools.scheduler->sleep_for(kOthersEndWithin);
    if (wake == Wake::cancelled) co_return note(tools, *life.ledger, LedgerEvent::engine_stop);
  }
  life.engine->load(life.operator_load);
  want_missed_reloads(tools, life);
  life.orphans->load(life.operator_load);
  spare_orders(tools, life);
  std::vector<Task<void>> tasks;
  tasks.push_back(life.engine->run());
  tasks.push_back(life.dns->run());
  tasks.push_back(life.hooks->run());
  tasks.push_back(life.orphans->run());
  tasks.push_back(life.reloader->run());
  if (life.control) tasks.push_back(life.control->run());
  tasks.push_back(watch_directory(tools, life));
  auto all = join_all(*tools.scheduler, std::move(tasks));
  co_await std::move(all);
  note(tools, *life.ledger, LedgerEvent::engine_stop);
}

/// Done when the life ended; an Error when it could not begin.
Task<Status> one_life(EngineTools tools) {
  auto tree = make_engine_tree(tools.setup->state_path);
  if (!tree) co_return std::move(tree).error();
  Life life{*std::move(tree), tools.scheduler->clock()};
  auto leading = take_lead(tools, life.tree.get());
  auto lock = co_await std::move(leading);
  if (!lock) co_return std::move(lock).error();
  life.lock = *std::move(lock);
  tools.log->also(&life.log_file);
  auto opened = open_life(tools, life);
  if (opened) {
    auto living = run_life(tools, life);
    co_await std::move(living);
  }
  tools.log->also(nullptr);
  co_return opened;
}

}  // namespace

Task<void> live_as_engine(EngineTools tools) {
  std::string told;
  while (!tools.scheduler->cancelled()) {
    auto task = one_life(tools);
    auto lived = co_await std::move(task);
    if (!lived && lived.error().kind != ErrorKind::cancelled && lived.error().message != told) {
      tools.log->error(describe(lived.error()));
      told = lived.error().message;
    }
    const Wake wake = co_await tools.scheduler->sleep_for(kReopen);
    if (wake == Wake::cancelled) co_return;
  }
}

}  // namespace acme
