// SimulatedWorld: what is around the engine: the CAs and the way to them, the DNS, the clocks, the disk. It outlives
// processes, and knows what it has issued.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/ca_faults.hpp"
#include "tests/simulation/ca_view.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/served_view.hpp"
#include "tests/simulation/simulated_disk.hpp"

namespace acme_test {

/// Which windows a CA suggests for renewals.
enum class Suggestions : std::uint8_t { usual, past, inverted, beyond_expiry, wandering };

class SimulatedWorld {
 public:
  explicit SimulatedWorld(std::uint64_t seed);
  SimulatedWorld(const SimulatedWorld&) = delete;
  SimulatedWorld& operator=(const SimulatedWorld&) = delete;

  // What serving processes answer to a CA, and what is configured and stored.
  struct Site {
    std::function<std::optional<std::string>(const std::string& token)> http01;
    std::function<std::optional<std::string>(const std::string& name)> tls_alpn01;
    std::function<std::map<std::string, acme::StoredOrder>()> stored;
    std::function<std::size_t(const std::string& issuer, const std::vector<acme::Identifier>&)> wanted;
    /// A CA made an order, and says so.
    std::function<void(const std::string& url, const std::vector<acme::Identifier>&)> made;
  };
  void add_cas(const Site& site);

  /// A request of the engine arrives.
  acme::Result<acme::HttpResponse> deliver(const acme::HttpRequest& request);
  /// When one arrived last, other than for renewal information.
  acme::SteadyTime last_request() const;
  bool limit_was_reached() const;

  void begin(const Incident& incident);
  /// All is well from now on.
  void calm();
  ServedView::Issued issued(const std::string& fingerprint);
  /// The engine of this life is gone, or an operator wants a try: early ones are right.
  void excuse_retries();
  void excuse_holds();
  void excuse_newest();
  /// Both clocks go on.
  void advance_to(acme::SteadyTime time);

  Plan plan;
  ManualClock truth;    // of the CAs and the visitors
  ManualClock machine;  // ours; somebody may set it
  History history{truth};
  SimulatedDisk disk;
  DnsWeather dns = DnsWeather::calm;
  double disk_faults = 0;

 private:
  struct Ca {
    CaManners manners;
    std::unique_ptr<SimulatedCa> ca;
    std::unique_ptr<CaFaults> faults;
    std::unique_ptr<CaView> view;
    Suggestions suggestions = Suggestions::usual;
    std::size_t indexed = 0;
    std::set<std::size_t> pending;  // orders not yet issued
  };
  /// A certificate that was issued.
  struct Known {
    const Ca* ca = nullptr;
    std::size_t order = 0;
    acme::UtcTime not_before;
    acme::UtcTime not_after;
    bool wrong = false;
  };
  void set_manners(Ca& made);
  void index(Ca& one);
  Known* by_renewal_id(const std::string& renewal_id);
  SimulatedCa::Window suggest(const Ca& one, const std::string& renewal_id);
  void set_clock(acme::Seconds offset);
  void begin_at_ca(Ca& one, const Incident& incident);
  void make_wrong(Ca& one, std::size_t n);
  void make_right(Ca& one);
  void be_troubled(Ca& one);

  Chance chance_;
  std::vector<std::unique_ptr<Ca>> cas_;
  std::map<std::string, Known> by_fingerprint_;
  std::map<std::string, std::string> fingerprint_of_;  // by renewal id
};

}  // namespace acme_test
