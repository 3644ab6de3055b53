// CertificateAuthority: one issuer as the engine sees it, at the level of orders.
//
// What every issuer has is here: how many orders at once, and the pause after it failed as a whole, so
// that one dead CA is one line in the log. How a certificate is asked for is left to those who derive:
// IssuerRuntime speaks ACME; the simulated year has one without JSON or signatures.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/base/task.hpp"
#include "common/client/live_challenges.hpp"
#include "common/config/model.hpp"
#include "common/protocol/renewal_info.hpp"
#include "common/renew/back_off.hpp"
#include "common/report/order_progress.hpp"
#include "common/store/ledger.hpp"
#include "common/store/store.hpp"

namespace acme {

/// One certificate to be ordered now. What is borrowed outlives the order.
struct CertificateWish {
  const CertificateConfig* certificate = nullptr;
  Store* store = nullptr;  // where the certificate is kept, and its order: the primary issuer's
  LiveChallenges* live = nullptr;
  NameProofs* proofs = nullptr;       // what is remembered of each name, and noted of it; may be absent
  OrderProgress* progress = nullptr;  // may be absent
  bool new_key = false;  // even when the issuer's keys are to be reused: the last one may be known to others
  std::string replaces;  // RFC 9773 id of the certificate it replaces, issued by this issuer; or empty
  /// Other certificates for the same names from the same issuer, in other key types.
  std::vector<std::string> siblings;
  std::optional<Seconds> usual_lifetime;  // as the current certificate's
};

class CertificateAuthority {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    Ledger* ledger = nullptr;  // each newOrder is noted there first, and what was issued
  };

  /// `config` and `store` are borrowed.
  CertificateAuthority(const IssuerConfig& config, Store& store, Services services);
  virtual ~CertificateAuthority() = default;
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// The account is there. During the pause after a failure it fails at once with the same error, which then says as
  /// retry_after how long the pause still is; `first`: this call found out.
  struct Ready {
    Status status;
    bool first = true;
  };
  Task<Ready> ensure_ready(std::optional<Seconds> lifetime_left);
  /// An order for it follows soon, though others may come first: what takes long can be prepared.
  virtual void foresee(const CertificateConfig& /*certificate*/) {}
  /// A verified certificate, or why there is none (the kinds of run_order()); nothing of it is stored yet but the
  /// order.
  virtual Task<Result<StoredCertificate>> obtain(CertificateWish wish) = 0;
  /// RFC 9773 §4.1. ErrorKind::not_found: this CA suggests nothing, or not for this certificate.
  virtual Task<Result<RenewalInfo>> renewal_info(std::string renewal_id) = 0;
  /// How an order ended. An error that concerns the CA as a whole (no answer, 5xx, garbage) or the whole account (a
  /// limit of new orders) begins a pause for all; false: within one that another order had begun. Anything else proves
  /// that the CA is there; a time that it named stays.
  bool note_outcome(const Status& outcome);
  /// The CA does not know the account any more: register again at the next ensure_ready().
  void account_lost();
  /// Set during the pause after a failure, which is shorter for a certificate with little lifetime left (nullopt: there
  /// is none yet).
  std::optional<UtcTime> paused_until(std::optional<Seconds> lifetime_left) const;
  /// How often it failed as a whole, and since when; nothing while it works.
  std::uint32_t failures_in_a_row() const noexcept { return failures_; }
  Seconds failing_for() const { return failing_since_ ? std::max(now() - *failing_since_, Seconds{0}) : Seconds{0}; }
  std::optional<UtcTime> failing_since() const noexcept { return failing_since_; }
  /// When it last answered as a CA does, in this life of the engine.
  std::optional<UtcTime> last_success() const noexcept { return last_success_; }
  /// What it failed with as a whole; nullptr: it did not, or an operator ended the pause.
  const Error* trouble() const noexcept { return outage_ ? &outage_->error : nullptr; }
  /// Empty: none yet.
  virtual std::string account_url() { return {}; }
  /// An operator wants a try now: ends a pause that is ours, not one that the CA asked for.
  void end_pause();

  const IssuerConfig& config() const noexcept { return config_; }
  Store& store() noexcept { return store_; }
  Semaphore& orders() noexcept { return orders_; }
  /// Renewal information is asked for beside the orders, few at a time. After no answer all others wait, too.
  Semaphore& polls() noexcept { return polls_; }
  bool answers_polls() const;
  /// What a poll brought; logs the first of several failures in a row.
  void note_poll(const Status& outcome);
  /// How many certificates are being validated for each name right now.
  std::map<std::string, std::size_t>& names_in_flight() noexcept { return names_in_flight_; }

 protected:
  /// `work` on the account, alone: after all orders under way have ended and before any other begins. The next
  /// ensure_ready() signs in anew.
  Task<Status> while_quiet(Task<Status> work);
  /// Once before the first order, and after account_lost().
  virtual Task<Status> sign_in() = 0;
  virtual void forget_account() = 0;
  UtcTime now() const { return services_.scheduler->clock().now(); }

  const IssuerConfig& config_;
  Store& store_;
  Services services_;

 private:
  struct Outage {
    Failure failure;
    Error error;
    UtcTime since;
    double chance = 0;
  };
  void begin_outage(const Error& error);
  void recover();

  Semaphore orders_;
  Semaphore preparing_;
  Semaphore polls_;
  std::optional<SteadyTime> no_polls_before_;
  bool poll_failure_told_ = false;
  bool ready_ = false;
  std::map<std::string, std::size_t> names_in_flight_;
  std::uint32_t failures_ = 0;  // in a row
  std::optional<UtcTime> failing_since_;
  std::optional<UtcTime> last_success_;
  std::optional<Outage> outage_;
};

}  // namespace acme
