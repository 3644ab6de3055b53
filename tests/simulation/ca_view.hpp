// CaView: what a CA sees of us, and what it must not see: a second order while one that we know of could be used, more
// than its limits allow, retries without a pause, accounts without need, a CSR whose key we could lose.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/store/store.hpp"
#include "tests/fakes/simulated_ca.hpp"
#include "tests/simulation/history.hpp"

namespace acme_test {

class CaView {
 public:
  struct Services {
    const acme::Clock* clock = nullptr;  // the CA's
    History* history = nullptr;
    /// The orders that are stored on our disk now, by certificate id, and how many certificates are configured for
    /// exactly these names at this CA.
    std::function<std::map<std::string, acme::StoredOrder>()> stored;
    std::function<std::size_t(const std::vector<acme::Identifier>&)> wanted;
    /// Its answer with a new order is on the way to us.
    std::function<void(const std::string& url, const std::vector<acme::Identifier>&)> made;
    std::function<bool()> in_trouble;  // its answers may be lost or garbled now
    acme::Seconds lifetime{0};
  };
  /// `ca` is borrowed, and watched as long as both live.
  CaView(std::string name, SimulatedCa& ca, Services services);
  CaView(const CaView&) = delete;
  CaView& operator=(const CaView&) = delete;

  /// A request arrives, and what is answered to it arrives at a living engine.
  void arrives(const acme::HttpRequest& request);
  void answered(CaRequest kind, const acme::HttpRequest& request, const acme::Result<acme::HttpResponse>& answer);

  /// What makes an early try right: a new life of the engine, an operator's reload.
  void excuse_retries();
  /// And what lets a time that the CA set be forgotten: a wall clock that is set, a disk that fails.
  void excuse_holds() { held_.clear(); }
  /// A wall clock that is set makes hours longer: what was counted before counts no more.
  void excuse_counts();
  /// A power cut loses what the last second noted in the ledger.
  void excuse_newest();
  /// An account of ours that the CA knows no more may be followed by another.
  void allow_account() { ++accounts_allowed_; }

  /// When the last request arrived, other than for renewal information.
  acme::SteadyTime last_request() const noexcept { return last_request_; }
  /// Some names got as many certificates as a week allows: the next one may have to wait for so long.
  bool limit_was_reached() const noexcept { return limit_was_reached_; }

 private:
  using Names = std::vector<acme::Identifier>;
  struct Refusal {
    acme::SteadyTime at;
    bool with_reference = false;  // it named the certificate to be replaced
  };
  struct Hold {
    acme::SteadyTime told, until;
  };
  void processed(CaRequest kind);
  void see_new_order(const CaOrder& order);
  void see_finalized();
  void see_failed_validations();
  void see_issued();
  void count_request();
  bool is_usable(const CaOrder& order) const;

  const std::string name_;
  SimulatedCa& ca_;
  Services services_;
  acme::SteadyTime last_request_{};
  bool limit_was_reached_ = false;
  std::deque<acme::SteadyTime> requests_;
  std::size_t orders_seen_ = 0;
  std::size_t accounts_seen_ = 0;
  std::size_t accounts_allowed_ = 1;
  std::set<std::string> finalized_seen_, failed_seen_, issued_seen_, fetched_;
  std::map<std::pair<std::string, std::string>, std::deque<acme::UtcTime>> failures_;  // by account and name
  std::map<Names, std::deque<acme::UtcTime>> issued_;
  std::deque<acme::UtcTime> orders_;
  std::map<Names, Refusal> refused_;
  std::map<Names, Hold> held_;
};

}  // namespace acme_test
