// IssuerRuntime: one issuer as the engine runs it: its session, its store, how many orders at once,
// and the pause after it failed as a whole, so that one dead CA is one line in the log.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/client/account.hpp"
#include "common/client/session.hpp"
#include "common/config/model.hpp"
#include "common/renew/back_off.hpp"
#include "common/store/store.hpp"

namespace acme {

class IssuerRuntime {
 public:
  struct Services {
    HttpClient* http = nullptr;
    Scheduler* scheduler = nullptr;
    KeyMaker* keys = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
  };

  /// `config` and `store` are borrowed.
  IssuerRuntime(const IssuerConfig& config, Store& store, Services services);

  /// The account is there and the session signs for it. During the pause after a failure it fails at once with the
  /// same error, which then says as retry_after how long the pause still is; `first`: this call found out.
  struct Ready {
    Status status;
    bool first = true;
  };
  Task<Ready> ensure_ready(std::optional<Seconds> lifetime_left);
  /// How an order ended. An error that concerns the CA as a whole (no answer, 5xx, garbage) begins a pause for all;
  /// false: within one that another order had begun. Anything else proves that the CA is there.
  bool note_outcome(const Status& outcome);
  /// The CA does not know the account any more: register again at the next ensure_ready().
  void account_lost();
  /// Set during the pause after a failure, which is shorter for a certificate with little lifetime left (nullopt: there
  /// is none yet).
  std::optional<UtcTime> paused_until(std::optional<Seconds> lifetime_left) const;

  const IssuerConfig& config() const noexcept { return config_; }
  Session& session() noexcept { return session_; }
  Store& store() noexcept { return store_; }
  Semaphore& orders() noexcept { return orders_; }
  /// How many certificates are being validated for each name right now.
  std::map<std::string, std::size_t>& names_in_flight() noexcept { return names_in_flight_; }
  /// The account's list of orders; empty when the CA has none.
  std::string orders_url();

 private:
  struct Outage {
    Failure failure;
    Error error;
    UtcTime since;
    double chance = 0;
  };
  AccountContext account_context();
  void begin_outage(const Error& error);

  const IssuerConfig& config_;
  Store& store_;
  Services services_;
  Session session_;
  Semaphore orders_;
  Semaphore preparing_;
  bool ready_ = false;
  std::optional<std::string> orders_url_;  // read once: the account file is sealed
  std::map<std::string, std::size_t> names_in_flight_;
  std::uint32_t failures_ = 0;  // in a row
  std::optional<Outage> outage_;
};

}  // namespace acme
