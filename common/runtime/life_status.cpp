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
  services.add_served = [&life](const TendedCertificate& tended, CertificateDetail& detail) {
    const Served* served = life.activation ? life.activation->of(tended.config().id) : nullptr;
    if (served == nullptr || tended.version() == 0) return;
    detail.summary.served = served->state;
    detail.served_detail = served->detail;
    detail.served_checked = served->checked;
  };
  services.attempt = [](const TendedCertificate& tended) {
    return tended.attempt() == nullptr ? std::nullopt : std::optional{*tended.attempt()};
  };
  return std::make_unique<StatusDesk>(std::move(services));
}

}  // namespace acme
