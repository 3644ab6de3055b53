// Simulation: one seed, one history. The real engine in a SimulatedWorld: processes that live, die and follow each
// other, incidents until the plan's end of faults, then calm, in which everything must come right again.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/engine_process.hpp"
#include "tests/simulation/order_watch.hpp"
#include "tests/simulation/server_process.hpp"
#include "tests/simulation/simulated_world.hpp"

namespace acme_test {

/// The disk's process of whoever looks from outside: nothing fails for it.
inline constexpr int kObserver = 1000000;

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// To the end, or to the first invariant that does not hold (history().violation()).
  void run();
  const History& history() const noexcept { return world_.history; }

 private:
  /// How a life of the engine is to end.
  struct Death {
    IncidentType type = IncidentType::death_at_await;
    std::size_t left = 0;  // awaits, calls or exchanges
    bool counting = false;
  };
  struct Ending {
    std::unique_ptr<EngineProcess> engine;
    acme::SteadyTime stop_at;
    bool stopping = false;
  };

  // simulation.cpp: time goes on.
  bool pass_until(acme::SteadyTime end, const std::function<bool()>& done);
  void step(acme::SteadyTime end);
  acme::SteadyTime next_moment(acme::SteadyTime end);
  acme::Duration idle_tick() const;
  void run_engines();
  void look_at_hosts();
  std::string amiss();
  /// A certificate that is served since before.
  std::optional<std::string> not_renewed() const;
  void check_leftovers();

  // simulation_processes.cpp: who lives.
  SimulatedWorld::Site site();
  void boot();
  void forbid_secret();
  void start_engine();
  void stop_all();
  void reload();
  void run_engine();
  void run_ending(std::size_t which);
  void bury_engine();
  void respawn_what_is_due();
  acme::Result<acme::HttpResponse> deliver(const acme::HttpRequest& request);
  DiskFault disk_policy(const DiskAccess& access);
  bool counts_down(IncidentType type);
  std::size_t live_challenges();

  // simulation_orders.cpp: what they store of orders.
  std::map<std::string, acme::StoredOrder> stored_orders(const std::set<std::string>* of = nullptr);
  bool has_certificate(const std::string& id, const std::string& key_pem);
  void note_order_access(const DiskAccess& access);
  void look_at_orders();

  // simulation_incidents.cpp: what happens to them.
  void begin_incidents();
  void begin(const Incident& incident);
  void begin_death(const Incident& incident);

  SimulatedWorld world_;
  Chance chance_;
  Chance disk_chance_;
  ServedView served_;
  OrderWatch orders_;
  std::set<std::string>
      touched_orders_;  // certificates whose order may be stored anew, or gone, since it was looked at
  std::deque<Incident> incidents_;
  std::vector<Death> deaths_;
  std::unique_ptr<ServerProcess> server_;
  std::vector<std::unique_ptr<ServerProcess>> old_servers_;  // of loads before, until the next engine lives a while
  std::unique_ptr<EngineProcess> engine_;
  std::vector<Ending> ending_;
  std::optional<acme::SteadyTime> respawn_at_, boot_at_, reload_at_;
  acme::SteadyTime began_;
  int processes_ = 0;
  int steps_at_once_ = 0;                   // since time went on last
  bool power_cut_ = false;                  // the death that is under way is the machine's
  std::optional<std::uint64_t> looked_at_;  // its link_changes() when visitors came last
  std::vector<acme::UtcTime> before_renewal_;
};

}  // namespace acme_test
