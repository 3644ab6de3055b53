// How an engine begins: its issuers and certificates from the configuration, what is stored of them, what it then says.
#include "common/base/text.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/runtime/crash_brake.hpp"
#include "common/runtime/engine.hpp"
#include "common/runtime/persist_names.hpp"

namespace acme {

void Engine::add_certificates() {
  TendedCertificate::Services for_certificate;
  for_certificate.scheduler = services_.scheduler;
  for_certificate.random = services_.random;
  for_certificate.log = services_.log;
  for_certificate.ledger = &ledger_;
  for_certificate.planned = &planned_;
  for_certificate.board = services_.board;
  for_certificate.happened = &services_.happened;
  for_certificate.told = &services_.changed;
  for (const auto& config : services_.configuration->certificates) {
    std::vector<CertificateAuthority*> issuers{issuers_.at(config.issuer).get()};
    for (const auto& name : config.fallback) {
      const auto found = issuers_.find(name);
      if (found != issuers_.end() && found->second.get() != issuers.front()) issuers.push_back(found->second.get());
    }
    tended_.push_back(std::make_unique<TendedCertificate>(config, std::move(issuers), for_certificate));
    NameSet& set = name_sets_.try_emplace({config.issuer, config.names}, *services_.scheduler).first->second;
    set.members.push_back(tended_.back().get());
    set_of_[tended_.back().get()] = &set;
  }
  for (auto& tended : tended_) tended->know_siblings(name_set(*tended).members);
}

void Engine::add_issuers() {
  IssuerRuntime::WireServices wire;
  wire.http = services_.http;
  wire.scheduler = services_.scheduler;
  wire.keys = services_.keys;
  wire.random = services_.random;
  wire.log = services_.log;
  wire.ledger = &ledger_;
  wire.dns = services_.dns;
  wire.lookup = services_.lookup;
  wire.challenge_published = &services_.challenge_published;
  wire.counters = services_.counters;
  CertificateAuthority::Services plain;
  plain.scheduler = services_.scheduler;
  plain.random = services_.random;
  plain.log = services_.log;
  plain.ledger = &ledger_;
  for (const auto& [name, config] : services_.configuration->issuers) {
    Store& store = services_.store(config);
    if (services_.authority) {
      issuers_[name] = services_.authority(config, store, plain);
    } else {
      wire.persist_names = persist_names(*services_.configuration, name);
      issuers_[name] = std::make_unique<IssuerRuntime>(config, store, wire);
    }
    OrderGate::Services for_gate;
    for_gate.scheduler = services_.scheduler;
    for_gate.log = services_.log;
    for_gate.limits = &ledger_.limits();
    gates_.try_emplace(name, name, is_public_directory(config.uri), for_gate);
  }
}

void Engine::load(bool operator_load) {
  for (auto& tended : tended_) {
    auto read = tended->load();
    if (!read) services_.log->warn(describe(read.error()));
  }
  if (!operator_load) set_crashers_aside();
  if (operator_load) {
    for (auto& tended : tended_) tended->grant_operator_try();
  }
  announce();
}

void Engine::announce() {
  std::size_t missing = 0;
  std::optional<UtcTime> next;
  for (auto& tended : tended_) {
    if (tended->version() == 0) {
      ++missing;
    } else if (tended->renew_at() && (!next || *tended->renew_at() < *next)) {
      next = tended->renew_at();
    }
  }
  std::string line = cat("managing ", tended_.size(), tended_.size() == 1 ? " certificate" : " certificates");
  if (missing > 0) line += cat(", ", missing, " to be obtained");
  if (next) line += cat(", next renewal ", format_for_people(*next));
  services_.log->notice(line);
}

void Engine::set_crashers_aside() {
  const UtcTime now = services_.scheduler->clock().now();
  for (const auto& [id, crashed] : crashed_the_engine(ledger_, now)) {
    for (auto& tended : tended_) {
      const UtcTime until = crashed + aside_after_crashes(tended->lifetime());
      if (tended->config().id != id || until <= now) continue;
      tended->set_aside(until);
      services_.log->error(cat(tended->config().first_name,
                               ": the engine crashed several times while it worked on this certificate, which is left "
                               "alone until ",
                               format_for_people(until), " (please report it with the server's log)"));
    }
  }
}

}  // namespace acme
