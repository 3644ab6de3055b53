// What goes wrong in a SimulatedWorld, and how it ends.
#include <algorithm>

#include "common/base/text.hpp"
#include "tests/simulation/simulated_world.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::hours;

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kDay{86400};

}  // namespace

void SimulatedWorld::make_wrong(Ca& one, std::size_t n) {
  IssueOptions& how = one.ca->issue;
  switch (n % 6) {
    case 0: how.wrong_key = true; break;
    case 1: how.leave_out_a_name = true; break;
    case 2: how.reversed = true; break;
    case 3: how.broken = true; break;
    case 4: one.ca->backdated = plan.lifetime + kHour; break;                         // expired
    default: one.ca->backdated = -std::max(plan.lifetime / 20, Seconds{120}); break;  // not yet valid
  }
}

void SimulatedWorld::make_right(Ca& one) {
  one.ca->issue = {};
  one.ca->issue.lifetime = plan.lifetime;
  one.ca->backdated = std::min(kHour, plan.lifetime / 20);
}

void SimulatedWorld::be_troubled(Ca& one) {
  constexpr const char* kTypes[] = {"connection", "dns", "caa", "unauthorized", "incorrectResponse"};
  one.faults->begin_trouble();
  const PlannedHost& host = plan.hosts[chance_.below(plan.hosts.size())];
  for (const auto& name : host.names) {
    if (chance_.happens(0.3)) one.ca->bad_names[name] = kTypes[chance_.below(std::size(kTypes))];
  }
  if (chance_.happens(0.2)) one.ca->issuance_takes = chance_.magnitude(kHour, kDay);
  if (chance_.happens(0.3)) one.ca->refuses_replaces = chance_.one_of({409, 500});
  if (chance_.happens(0.2)) one.ca->profiles.clear();
}

void SimulatedWorld::begin_at_ca(Ca& one, const Incident& incident) {
  CaRecords& records = one.ca->records();
  switch (incident.type) {
    case IncidentType::ca_trouble: return be_troubled(one);
    case IncidentType::ca_calm:
      one.faults->end_trouble();
      one.ca->bad_names.clear();
      one.ca->refuses_replaces = 0;
      return set_manners(one);
    case IncidentType::ca_forgets_account:
      for (auto& account : records.accounts) account.forgotten = true;
      return one.view->allow_account();
    case IncidentType::ca_forgets_orders:
      for (auto& order : records.orders) order.forgotten = order.forgotten || order.chain.empty();
      return;
    case IncidentType::ca_revokes:
      if (!records.orders.empty()) records.orders[incident.n % records.orders.size()].revoked = true;
      return;
    case IncidentType::ca_moves_windows: one.suggestions = static_cast<Suggestions>(1 + incident.n % 4); return;
    case IncidentType::wrong_certificates: return make_wrong(one, incident.n);
    case IncidentType::right_certificates: return make_right(one);
    default: return;
  }
}

void SimulatedWorld::begin(const Incident& incident) {
  for (auto& one : cas_) {
    if (cas_.size() == 1 || chance_.happens(0.7)) begin_at_ca(*one, incident);
  }
  switch (incident.type) {
    case IncidentType::clock_jump: {
      const Seconds far = chance_.magnitude(Seconds{60}, 400 * kDay);
      const Seconds offset = chance_.happens(0.5) ? far : -far;
      history.add("clock", cat("is off by ", offset.count(), " s"));
      return set_clock(offset);
    }
    case IncidentType::clock_right_again: return set_clock(Seconds{0});
    case IncidentType::dns_trouble: dns = static_cast<DnsWeather>(1 + incident.n % 4); return;
    case IncidentType::dns_calm: dns = DnsWeather::calm; return;
    case IncidentType::disk_trouble: disk_faults = chance_.one_of({0.002, 0.02, 0.2}); return;
    case IncidentType::disk_full: return disk.fill_up(chance_.below(4000));
    case IncidentType::disk_read_only: return disk.read_only(true);
    case IncidentType::disk_calm:
      disk_faults = 0;
      disk.make_room();
      return disk.read_only(false);
    default: return;
  }
}

void SimulatedWorld::calm() {
  history.add("world", "all is well from now on");
  constexpr IncidentType kEnds[] = {IncidentType::ca_calm, IncidentType::right_certificates, IncidentType::dns_calm,
                                    IncidentType::disk_calm};
  for (const auto type : kEnds) {
    const Incident end{Seconds{0}, type};
    for (auto& one : cas_) begin_at_ca(*one, end);
    begin(end);
  }
  for (auto& one : cas_) one->suggestions = Suggestions::usual;
  if (machine.now() != truth.now()) set_clock(Seconds{0});
}

}  // namespace acme_test
