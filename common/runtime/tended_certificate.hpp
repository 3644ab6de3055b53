// TendedCertificate: what the engine knows of one certificate: what is current, when it is due and why, how often
// it failed and at which issuer; and how that changes with each attempt. Keeps state.json in step and logs
// what changed.
//
// Its parts, each in a file of its own: tended_certificate.cpp what is stored, tended_renewal.cpp when the next attempt
// is due, tended_attempt.cpp what an attempt is said to be, tended_failure.cpp what follows a failure,
// tended_preflight.cpp what follows a look before an order, tended_proofs.cpp which challenges prove its names,
// tended_validations.cpp the limit of failed validations.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/config/model.hpp"
#include "common/renew/back_off.hpp"
#include "common/renew/planned_load.hpp"
#include "common/renew/schedule.hpp"
#include "common/report/attempt_recorder.hpp"
#include "common/runtime/certificate_authority.hpp"
#include "common/runtime/certificate_event.hpp"
#include "common/runtime/counted_ledger.hpp"
#include "common/store/store.hpp"

namespace acme {

struct PreflightView;

class TendedCertificate {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    CountedLedger* ledger = nullptr;
    PlannedLoad* planned = nullptr;  // by all certificates
    ChallengeBoard* board = nullptr;
    const std::function<void(const CertificateEvent&)>* happened = nullptr;
    const std::function<void(const TendedCertificate&)>* told = nullptr;  // EngineServices::changed
  };

  /// `issuers`: its own first, then those it falls back to. All is kept in the first one's store.
  TendedCertificate(const CertificateConfig& config, std::vector<CertificateAuthority*> issuers, Services services);

  /// Reads what is stored. ErrorKind::io, permission: it is there and cannot be read now; what cannot be read at all is
  /// logged, and a new certificate is due.
  Status load();
  /// Done before each attempt: reads what load() could not, and removes an order whose certificate is stored already
  /// (its removal failed, or the engine died before it).
  Status prepare();
  /// An operator started or reloaded the server: what failed is tried at once, unless the CA named
  /// the time or the names have failed too often within the hour (the log then says when).
  void grant_operator_try();
  /// There is none of its own yet, but one that the configuration does not name any more covers it all until then.
  void spare_until(UtcTime due);
  bool spared() const { return version_ == 0 && spared_until_ > now(); }
  /// When to attempt next; in the past: now. Far away while the renewal of a revoked one is held.
  UtcTime next_moment();
  /// An operator's "now": a failure before is no reason to wait, the time that a CA named and the limit of failed
  /// validations are. `even_if_not_due`: order once, whatever renew_at() says; nothing is repeated when that fails.
  /// Else the CA is asked at once when it would like the certificate renewed.
  void order_now(bool even_if_not_due);
  /// The certificate for the same names with another kind of key was renewed: this one is as well when it would be
  /// soon, so that the two are replaced as one.
  void renew_with_sibling();
  /// The current certificate was revoked: the next one is due now. Not `order_new`: neither the CA's suggestion nor the
  /// schedule renews it, until order_now().
  void mark_revoked(bool order_new = true);

  /// Stores the certificate as the next version and forgets the order. An error: nothing changed
  /// for those who serve, the order goes on at the next attempt.
  Status keep(const StoredCertificate& issued);
  /// Counts the failure and chooses when and where to try again. `told`: the same failure of the issuer was
  /// logged already, for another certificate.
  void note_failure(const Error& error, bool told);

  /// An order was begun, and can be gone on with.
  bool has_order() const;
  /// What was seen of its names before an order. False: it is put off; else what was seen is told, and proofs() say
  /// what is tried first.
  bool note_preflight(const PreflightView& view);

  const CertificateConfig& config() const noexcept { return config_; }
  /// The one that is tried now.
  CertificateAuthority& issuer() const noexcept { return *issuers_[issuer_index()]; }
  Store& store() const noexcept { return issuers_.front()->store(); }
  std::uint64_t version() const noexcept { return version_; }  // 0: none
  /// Of the current version; nullopt: there is none, or it cannot be read.
  const std::optional<VersionMeta>& meta() const noexcept { return meta_; }
  const CertificateState& state() const noexcept { return state_; }
  const std::string& renew_reason() const noexcept { return state_.renew_reason; }
  /// Between claim_names() and release_names(): an order is being made or gone on with.
  bool under_way() const noexcept { return claimed_from_ != nullptr; }
  /// "example.org: renewing the certificate from letsencrypt (2 names, ecdsa:256)", for the log.
  std::string beginning() const;
  /// That issued the current certificate; nullptr: none of its issuers.
  CertificateAuthority* issued_by() const noexcept { return issued_by_; }
  /// RFC 9773 id of the current certificate when issuer() issued it; else empty.
  std::string replaces() const;

  /// Before and after an attempt. False: others are validating so many of the names now that a failure of all would be
  /// one too many within the hour; a minute later.
  bool claim_names();
  void release_names();
  /// False: as many certificates for exactly these names were issued as a week allows, or attempts at it have crashed
  /// the engine; next_moment() is then the next one that is allowed, and the log has told it.
  bool may_be_ordered();
  /// Work on it begins or ends: in the ledger, so that a crash can be told from others'.
  void note_attempt(bool begins);
  /// Not before this moment, an operator's own word aside.
  void set_aside(UtcTime until);
  /// What an attempt tells of itself; begin_attempt() first, which says who is asked, and why.
  void begin_attempt();
  AttemptRecorder& recorder();
  /// The last attempt of this life of the engine, or that under way; nullptr: none.
  const Attempt* attempt() const noexcept { return recorder_ ? recorder_->attempt() : nullptr; }
  /// Somebody set the wall clock.
  void clock_was_set();
  /// All that are ordered for exactly these names, each in its key type, this one among them; `all` outlives it.
  void know_siblings(const std::vector<TendedCertificate*>& all) { siblings_ = &all; }

  /// Of what is served; nullopt: nothing but the placeholder.
  std::optional<Seconds> lifetime_left() const;
  /// Of the current certificate, from end to end.
  std::optional<Seconds> lifetime() const { return current_ ? std::optional{current_->lifetime()} : std::nullopt; }
  /// What is remembered of how its names were proved; the order under way notes in it.
  NameProofs& proofs() noexcept { return state_.proofs; }
  /// nullopt: not at all, or not by itself.
  std::optional<UtcTime> renew_at() const { return state_.renewal_held ? std::nullopt : state_.renew_at; }
  /// When the CA is to be asked for its suggestion (RFC 9773); nullopt: nothing to ask for.
  std::optional<UtcTime> next_poll();
  /// What it answered. ErrorKind::cancelled is none.
  void note_suggestion(const Result<RenewalInfo>& answer);
  /// Asked later: its CA does not answer others.
  void put_off_poll();
  /// To whoever follows what is known of it.
  void tell_changed() const;
  /// Ends the sleep until the next moment, and until the next poll.
  Signal& changed() noexcept { return changed_; }
  LiveChallenges& live() noexcept { return live_; }

 private:
  using FailedValidations = std::map<std::string, std::vector<UtcTime>>;

  // tended_renewal.cpp
  void choose_moment();
  void plan(const std::optional<UtcTime>& moment);
  void adopt(const RenewalInfo& info);
  void follow_clock_back();
  std::size_t key_types() const { return siblings_ == nullptr ? 1 : siblings_->size(); }
  std::optional<Seconds> usual_lifetime() const;
  std::size_t orders_of_siblings() const;
  std::optional<UtcTime> early_hold() const;
  bool reset_implausible(std::optional<UtcTime>& moment, Seconds longest);
  std::string reason() const;  // tended_attempt.cpp
  // tended_validations.cpp
  FailedValidations failed_within_the_hour() const;
  std::optional<UtcTime> validation_hold() const;
  void remember_failed_validations(const Error& error);
  void note_in_ledger(LedgerEvent event, const std::string& subject);
  // tended_proofs.cpp
  bool turn_to_next_proofs(const Error& error);
  void remember_proofs();
  // tended_preflight.cpp
  void tell_turned(const PreflightView& view);
  void put_off(const PreflightView& view, Seconds delay);
  void clear_preflight();
  // tended_failure.cpp
  std::size_t issuer_index() const;
  bool falls_back(const Failure& failure, Seconds delay) const;
  bool is_held(const CertificateAuthority* one) const;
  bool turn_to_next_issuer();
  const CertificateAuthority* instead_of_held(UtcTime until, UtcTime due) const;
  UtcTime beside_holds(UtcTime moment);
  void hold_names(const std::string& issuer, UtcTime until);
  std::uint32_t step() const;
  void remember_error(Error error, std::string type);
  void tell_failure(FailureClass type, UtcTime next, bool told, const std::string& turned_to);
  void tell_expiring(const std::string& why);

  void save_state();
  void emit(HookEvent event, const std::string& message) const;
  void take(VersionMeta meta, std::uint64_t version);
  UtcTime now() const { return services_.scheduler->clock().now(); }

  const CertificateConfig& config_;
  std::vector<CertificateAuthority*> issuers_;
  Services services_;
  Signal changed_;
  LiveChallenges live_;
  std::string name_set_;  // in the ledger
  const std::vector<TendedCertificate*>* siblings_ = nullptr;
  CertificateState state_;
  std::optional<VersionMeta> meta_;
  std::optional<Validity> current_;
  CertificateAuthority* issued_by_ = nullptr;
  std::optional<PlannedLoad::Renewal> planned_;  // counted in services_.planned
  double chance_ = 0;                            // of the current version: the same in every life of the engine
  bool loaded_ = false;
  bool wanted_now_ = false;    // by an operator
  bool asked_for_ = false;     // by an operator's word or reload, after it was put off: a look is told, not obeyed
  bool seen_failing_ = false;  // in the look before the order under way
  bool with_sibling_ = false;  // renew_with_sibling()
  CertificateAuthority* claimed_from_ = nullptr;
  std::unique_ptr<AttemptRecorder> recorder_;  // made by the first attempt
  UtcTime spared_until_;
  UtcTime not_before_;   // a claim was refused
  UtcTime aside_until_;  // attempts crashed the engine
  std::optional<UtcTime> limit_told_;
  std::uint64_t version_ = 0;
};

}  // namespace acme
