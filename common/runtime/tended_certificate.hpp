// TendedCertificate: what the engine knows of one certificate: what is current, when it is due, how
// often it failed; and how that changes with each attempt. Keeps state.json in step and logs what changed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/config/model.hpp"
#include "common/renew/back_off.hpp"
#include "common/renew/schedule.hpp"
#include "common/runtime/certificate_authority.hpp"
#include "common/runtime/certificate_event.hpp"
#include "common/store/ledger.hpp"
#include "common/store/store.hpp"

namespace acme {

class TendedCertificate {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    Ledger* ledger = nullptr;
    ChallengeBoard* board = nullptr;
    const std::function<void(const CertificateEvent&)>* happened = nullptr;
  };

  TendedCertificate(const CertificateConfig& config, CertificateAuthority& issuer, Services services);

  /// Reads what is stored. ErrorKind::io, permission: it is there and cannot be read now; what cannot be read at all is
  /// logged, and a new certificate is due.
  Status load();
  /// Done before each attempt: reads what load() could not, and removes an order whose certificate is stored already
  /// (its removal failed, or the engine died before it).
  Status prepare();
  /// An operator started or reloaded the server: what failed is tried at once, unless the CA named
  /// the time or the names have failed too often within the hour (the log then says when).
  void grant_operator_try();
  /// When to attempt next; in the past: now.
  UtcTime next_moment();
  /// An operator's "now": a failure before is no reason to wait, the time that a CA named and the limit of failed
  /// validations are. `even_if_not_due`: order once, whatever renew_at() says; nothing is repeated when that fails.
  void order_now(bool even_if_not_due);
  /// The current certificate was revoked: the next one is due now.
  void mark_revoked();

  /// Stores the certificate as the next version and forgets the order. An error: nothing changed
  /// for those who serve, the order goes on at the next attempt.
  Status keep(const StoredCertificate& issued);
  /// Counts the failure and chooses when to try again. `told`: the same failure of the issuer was
  /// logged already, for another certificate.
  void note_failure(const Error& error, bool told);

  const CertificateConfig& config() const noexcept { return config_; }
  CertificateAuthority& issuer() noexcept { return issuer_; }
  std::uint64_t version() const noexcept { return version_; }  // 0: none
  /// Of the current version; nullopt: there is none, or it cannot be read.
  const std::optional<VersionMeta>& meta() const noexcept { return meta_; }
  const CertificateState& state() const noexcept { return state_; }
  const std::string& renew_reason() const noexcept { return state_.renew_reason; }
  /// Between claim_names() and release_names(): an order is being made or gone on with.
  bool under_way() const noexcept { return under_way_; }
  /// "example.org: renewing the certificate from letsencrypt (2 names, ecdsa:256)", for the log.
  std::string beginning() const;
  /// Before and after an attempt. False: others are validating so many of the names now that a failure of all would be
  /// one too many within the hour; a minute later.
  bool claim_names();
  void release_names();
  /// Of what is served; nullopt: nothing but the placeholder.
  std::optional<Seconds> lifetime_left() const;
  const std::optional<UtcTime>& renew_at() const noexcept { return state_.renew_at; }
  /// Ends the sleep until the next moment.
  Signal& changed() noexcept { return changed_; }
  LiveChallenges& live() noexcept { return live_; }

 private:
  void choose_renewal();
  using FailedValidations = std::map<std::string, std::vector<UtcTime>>;
  FailedValidations failed_within_the_hour() const;
  std::optional<UtcTime> validation_hold() const;
  void remember_failed_validations(const Error& error);
  void note_in_ledger(LedgerEvent event, const std::string& subject);
  void save_state();
  void tell_failure(FailureClass type, UtcTime next, bool told);
  void emit(HookEvent event, const std::string& message) const;
  void take(VersionMeta meta, std::uint64_t version);
  UtcTime now() const { return services_.scheduler->clock().now(); }

  const CertificateConfig& config_;
  CertificateAuthority& issuer_;
  Services services_;
  Signal changed_;
  LiveChallenges live_;
  CertificateState state_;
  std::optional<VersionMeta> meta_;
  std::optional<Validity> current_;
  bool loaded_ = false;
  bool wanted_now_ = false;  // by an operator
  bool under_way_ = false;
  UtcTime not_before_;  // a claim was refused
  std::uint64_t version_ = 0;
};

}  // namespace acme
