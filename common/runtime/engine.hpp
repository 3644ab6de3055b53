// Engine: tends every certificate of a configuration: orders it, renews it, tries again.
//
// One coroutine a certificate, all on one thread, each asleep until its next moment. What is due and when is
// decided by common/renew; how an order runs by common/client; this file puts them together with the
// store and says what happened. It knows no file, socket, clock or server.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/random.hpp"
#include "common/config/model.hpp"
#include "common/report/counters.hpp"
#include "common/report/records.hpp"
#include "common/runtime/certificate_event.hpp"
#include "common/runtime/counted_ledger.hpp"
#include "common/runtime/issuer_runtime.hpp"
#include "common/runtime/order_gate.hpp"
#include "common/runtime/order_preflight.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

/// What the engine works with; all borrowed, all outlive it.
struct EngineServices {
  const Configuration* configuration = nullptr;
  Scheduler* scheduler = nullptr;
  HttpClient* http = nullptr;
  KeyMaker* keys = nullptr;
  Random* random = nullptr;
  Logger* log = nullptr;
  ChallengeBoard* board = nullptr;
  Ledger* ledger = nullptr;
  DnsChallenges* dns = nullptr;  // may be absent, as the next
  DnsLookup* lookup = nullptr;
  Counters* counters = nullptr;
  OrderPreflight* preflight = nullptr;
  /// The store of an issuer's accounts, certificates and orders.
  std::function<Store&(const IssuerConfig&)> store;
  /// A new version is current: the id and the version.
  std::function<void(const std::string&, std::uint64_t)> installed;
  /// Something that hooks want to know; may be empty.
  std::function<void(const CertificateEvent&)> happened;
  /// What is known of it changed, or may have: called often, must be cheap; may be empty.
  std::function<void(const TendedCertificate&)> changed;
  /// Before the CA is told that a challenge is ready; may be empty. ErrorKind::io: it is not, try later.
  std::function<Task<Status>(PublishedChallenge)> challenge_published;
  /// Makes an issuer that is not asked by ACME; empty: all are.
  std::function<std::unique_ptr<CertificateAuthority>(const IssuerConfig&, Store&, CertificateAuthority::Services)>
      authority;
};

class Engine {
 public:
  explicit Engine(EngineServices services);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Reads what is stored and says what there is to do; once, before run(). `operator_load`: an
  /// operator started or reloaded the server, so what failed gets one try now.
  void load(bool operator_load);
  /// Tends all certificates until stop() or the scheduler's cancel_all().
  Task<void> run();
  /// Lets what is under way end and starts nothing new.
  void stop();

  /// Certificates that are being ordered or wait for their turn.
  std::size_t busy() const noexcept { return busy_; }
  /// The current version of each certificate that has one.
  std::map<std::string, std::uint64_t> versions() const;
  std::span<const std::unique_ptr<TendedCertificate>> certificates() const noexcept { return tended_; }
  /// Those whose id, first name or any other name is `name`.
  std::vector<TendedCertificate*> find_certificates(std::string_view name) const;
  /// Of each issuer, as now.
  std::vector<IssuerHealth> issuer_health() const;
  /// nullptr: not configured.
  IssuerRuntime* issuer(const std::string& name) const;

 private:
  void add_certificates();
  void set_crashers_aside();
  Task<void> watch_clock();
  void forget_old_challenges();
  Task<void> tend(TendedCertificate& tended);
  Task<void> attempt_at_gate(TendedCertificate& tended);
  Task<void> attempt_behind_gate(TendedCertificate& tended);
  Task<void> attempt_in_turn(TendedCertificate& tended);
  Task<void> attempt(TendedCertificate& tended);
  Task<bool> may_begin(TendedCertificate& tended);
  Status keep(TendedCertificate& tended, const StoredCertificate& issued);
  void count(const std::string& issuer, const Status& outcome, SteadyTime begun) const;
  void add_issuers();
  CertificateWish wish_for(TendedCertificate& tended);
  void announce();

  EngineServices services_;
  CountedLedger ledger_;
  PlannedLoad planned_;
  std::map<std::string, std::unique_ptr<CertificateAuthority>> issuers_;
  std::map<std::string, OrderGate> gates_;  // as issuers_
  std::vector<std::unique_ptr<TendedCertificate>> tended_;
  /// One set of names at one issuer, in several key types: ordered one after the other, for a CA may answer the second
  /// newOrder with the first one's order.
  struct NameSet {
    explicit NameSet(Scheduler& scheduler) : turn{scheduler, 1} {}
    Semaphore turn;
    std::vector<TendedCertificate*> members;
  };
  std::map<std::pair<std::string, std::vector<Identifier>>, NameSet> name_sets_;
  std::unordered_map<const TendedCertificate*, NameSet*> set_of_;
  NameSet& name_set(const TendedCertificate& tended) { return *set_of_.at(&tended); }
  Signal stopped_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
};

}  // namespace acme
