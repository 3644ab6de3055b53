#include "common/runtime/life_status.hpp"

#include <unistd.h>

#include "common/runtime/life.hpp"

namespace acme {

namespace {

Overview overview_of(const EngineTools& tools, const Life& life, UtcTime since) {
  Overview overview;
  overview.server = tools.setup->user_agent;
  overview.state_path = tools.setup->state_path;
  overview.process = ::getpid();
  overview.since = since;
  overview.issuers = life.engine->issuer_health();
  overview.last_reload = life.reloader->last_request();
  overview.reload_pending = life.reloader->pending();
  return overview;
}

}  // namespace

std::unique_ptr<StatusDesk> make_status(const EngineTools& tools, Life& life) {
  StatusDesk::Services services;
  services.scheduler = tools.scheduler;
  services.log = tools.log;
  services.configuration = tools.setup->configuration;
  services.engine_directory = life.tree.get();
  services.state_path = tools.setup->state_path;
  services.counters = &life.counters;
  services.overview = [tools, &life, since = tools.scheduler->clock().now()] {
    return overview_of(tools, life, since);
  };
  return std::make_unique<StatusDesk>(std::move(services));
}

}  // namespace acme
