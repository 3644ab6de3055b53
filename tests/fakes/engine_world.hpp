// EngineWorld: an Engine with simulated CAs around it, on a manual clock. Store, board, ledger and CAs
// outlive engines, so that a test can end one at any moment and start the next.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/runtime/engine.hpp"
#include "common/runtime/engine_log.hpp"
#include "tests/fakes/instant_keys.hpp"
#include "tests/fakes/memory_board.hpp"
#include "tests/fakes/memory_dns_challenges.hpp"
#include "tests/fakes/memory_ledger.hpp"
#include "tests/fakes/memory_store.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"
#include "tests/fakes/scripted_http.hpp"
#include "tests/fakes/simulated_ca.hpp"

namespace acme_test {

class EngineWorld {
 public:
  EngineWorld();
  ~EngineWorld();
  EngineWorld(const EngineWorld&) = delete;
  EngineWorld& operator=(const EngineWorld&) = delete;

  /// An issuer of this name, at https://<name>.test.
  SimulatedCa& add_ca(const std::string& issuer);
  SimulatedCa& ca(const std::string& issuer = "ca") { return *cas_.at(issuer); }
  acme::IssuerConfig& issuer(const std::string& name = "ca") { return configuration.issuers.at(name); }
  /// A certificate for these names, "a.test b.test"; its id is names, issuer and key size.
  std::string add_certificate(const std::string& names, const std::string& issuer = "ca", acme::KeyType key = {});

  /// Ends the engine that runs, as a graceful stop does, and starts the next.
  void start(bool operator_load = true);
  void end();
  acme::Engine& engine() { return *life_->engine; }
  acme::Scheduler& scheduler() { return life_->scheduler; }
  ScriptedHttp& http() { return life_->http; }

  void pass(acme::Duration duration) { acme_test::pass(life_->scheduler, clock, duration); }
  /// Lets time pass until all certificates have this version, at most `longest`; false: they have not.
  bool reach_version(std::uint64_t version, acme::Duration longest);
  /// The current certificate as it is stored.
  std::optional<acme::StoredCertificate> current(const std::string& id);
  acme::CertificateState state(const std::string& id) { return store.load_state(id, nullptr); }
  /// Ends the engine at the k-th exchange from now (1: the next): the CA has seen it, the answer is lost.
  void die_at_exchange(int k) { deadly_exchange_ = k; }
  bool has_died() const { return life_->scheduler.cancelled(); }

  ManualClock clock;
  MemoryStore store;
  MemoryLedger ledger;
  MemoryBoard board;
  RecordingLogger log;
  acme::EngineLog engine_log{log};
  SeededRandom random{7};
  InstantKeys keys;
  acme::Configuration configuration;
  acme::Counters counters;
  std::vector<std::pair<std::string, std::uint64_t>> installed;
  std::vector<acme::PublishedChallenge> published;
  acme::MemoryDnsChallenges dns;  // of which CAs see the records, too
  /// TXT records that are an operator's, and CAA records; with any the engine looks before an order.
  std::map<std::string, std::vector<std::string>> txt;
  std::map<std::string, std::vector<acme::CaaRecord>> caa;
  bool looks_up = false;
  acme::OrderPreflight* preflight = nullptr;  // none: nothing is looked at before an order
  ScriptedDns& lookup() { return life_->lookup; }
  /// EngineServices::changed.
  std::function<void(const acme::TendedCertificate&)> changed;
  /// What preparing a challenge ends with; empty: well.
  std::function<acme::Status()> on_published;

 private:
  struct Life {
    explicit Life(EngineWorld& world);
    acme::Scheduler scheduler;
    ScriptedHttp http;
    ScriptedDns lookup;
    std::unique_ptr<acme::Engine> engine;
  };
  acme::Task<acme::Status> publish(acme::PublishedChallenge challenge);
  std::vector<std::string> txt_records(const std::string& name) const;
  acme::Result<acme::HttpResponse> exchange(const acme::HttpRequest& request);

  std::map<std::string, std::unique_ptr<SimulatedCa>> cas_;
  std::unique_ptr<Life> life_;
  int deadly_exchange_ = 0;
};

}  // namespace acme_test
