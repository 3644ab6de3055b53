#include "common/runtime/life.hpp"

#include "common/base/text.hpp"
#include "common/runtime/activation_of_life.hpp"
#include "common/runtime/life_status.hpp"
#include "common/runtime/reload_need.hpp"

namespace acme {

namespace {

std::unique_ptr<Reloader> make_reloader(const EngineTools& tools, Life& life) {
  const Configuration& configuration = *tools.setup->configuration;
  ReloadRecord record = load_reload_record(life.tree.get());
  life.operator_load = note_load(record, tools.setup->load_id, tools.scheduler->clock().now());
  auto saved = save_reload_record(life.tree.get(), record);
  if (!saved) tools.log->warn(describe(saved.error()));
  Reloader::Services services;
  services.scheduler = tools.scheduler;
  services.log = tools.log;
  services.counters = &life.counters;
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

std::unique_ptr<OrderPreflight> make_preflight(const EngineTools& tools, Life& life) {
  LookingPreflight::Services services;
  services.tools = {tools.scheduler, tools.http, &life.dns->lookup()};
  services.board = life.board.get();
  services.dns = true;
  services.tls = [&life] { return life.probe.get(); };
  services.server = [setup = tools.setup] { return server_facts(*setup->configuration, setup->user_agent); };
  return std::make_unique<LookingPreflight>(std::move(services));
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
  services.preflight = life.preflight.get();
  services.counters = &life.counters;
  services.store = [&life](const IssuerConfig& issuer) -> Store& { return life.stores.of(issuer); };
  services.installed = [tools, &life](const std::string& id, std::uint64_t version) {
    want_reload(tools, life, id, version);
    if (life.activation) life.activation->installed(id);
  };
  services.happened = [&life](const CertificateEvent& event) {
    life.hooks->happened(event);
    life.notices.desk->happened(event);
  };
  services.changed = [&life](const TendedCertificate& tended) {
    if (life.status) life.status->mark(tended);
  };
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
  auto control = ControlDesk::open(tools, *life.engine, *life.board, *life.dns, life.notices.desk->sender(),
                                   life.activation.get(), life.probe.get(), life.tree.get());
  if (!control) return tools.log->warn(cat("acmectl cannot be answered: ", describe(control.error())));
  life.control = *std::move(control);
}

}  // namespace

void want_reload(const EngineTools& tools, Life& life, const std::string& id, std::uint64_t version) {
  const UtcTime needed_by =
      reload_needed_by(*tools.setup->configuration, tools.setup->injected, id, tools.scheduler->clock().now(),
                       [&life](const IssuerConfig& issuer) -> Store& { return life.stores.of(issuer); });
  life.reloader->want(id, version, needed_by);
}

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
  life.preflight = make_preflight(tools, life);
  life.engine = make_engine(tools, life);
  life.notices = make_notices(tools, life);
  life.orphans = make_orphans(tools, life);
  life.activation = make_activation(tools, life);
  life.status = make_status(tools, life);
  open_control(tools, life);
  return {};
}

}  // namespace acme
