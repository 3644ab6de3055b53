// What the plan of a Simulation does to its processes.
#include "common/base/text.hpp"
#include "tests/simulation/simulation.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::seconds;

void Simulation::begin_death(const Incident& incident) {
  Death death;
  death.type = incident.type;
  death.left = incident.n;
  death.counting = !incident.at_next_order;
  deaths_.push_back(death);
}

void Simulation::begin(const Incident& incident) {
  switch (incident.type) {
    case IncidentType::death_at_await:
    case IncidentType::death_at_call:
    case IncidentType::death_at_exchange:
    case IncidentType::power_cut: return begin_death(incident);
    case IncidentType::restart:
      if (!server_) return;
      stop_all();
      boot_at_ = world_.truth.steady_now() + seconds{1};
      return;
    case IncidentType::change:
      change_hosts(world_.plan, incident.n);
      world_.history.add("operator", world_.plan.described());
      return reload();
    case IncidentType::reload: return reload();
    default: return world_.begin(incident);
  }
}

void Simulation::begin_incidents() {
  while (!incidents_.empty() && began_ + incidents_.front().at <= world_.truth.steady_now()) {
    const Incident incident = incidents_.front();
    incidents_.pop_front();
    world_.history.add("incident", incident_name(incident.type));
    world_.history.count("incidents");
    begin(incident);
  }
}

}  // namespace acme_test
