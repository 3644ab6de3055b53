// IssuerRuntime: one issuer as the engine runs it: its session, its store, how many orders at once,
// and the pause after it failed as a whole, so that one dead CA is one line in the log.
#pragma once

#include <optional>

#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/client/account.hpp"
#include "common/client/session.hpp"
#include "common/config/model.hpp"
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

  /// The account is there and the session signs for it. During the pause after a failure it fails
  /// at once with the same error; `first` says whether this call is the one that found out.
  struct Ready {
    Status status;
    bool first = true;
  };
  Task<Ready> ensure_ready();
  /// The CA does not know the account any more: register again at the next ensure_ready().
  void account_lost();
  /// Set during the pause after a failure.
  std::optional<UtcTime> paused_until() const;

  const IssuerConfig& config() const noexcept { return config_; }
  Session& session() noexcept { return session_; }
  Store& store() noexcept { return store_; }
  Semaphore& orders() noexcept { return orders_; }
  /// The account's list of orders; empty when the CA has none.
  std::string orders_url();

 private:
  AccountContext account_context();

  const IssuerConfig& config_;
  Store& store_;
  Services services_;
  Session session_;
  Semaphore orders_;
  Semaphore preparing_;
  bool ready_ = false;
  std::uint32_t failures_ = 0;
  std::optional<UtcTime> paused_until_;
  std::optional<Error> last_error_;
};

}  // namespace acme
