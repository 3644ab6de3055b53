#include "tests/simulation/simulated_world.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/certificate.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::hours;

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kDay{86400};

}  // namespace

SimulatedWorld::SimulatedWorld(std::uint64_t seed)
    : plan{make_plan(seed)}, disk{seed, machine}, chance_{seed, "world"} {}

void SimulatedWorld::set_manners(Ca& made) {
  SimulatedCa& ca = *made.ca;
  const CaManners& manners = made.manners;
  ca.with_order_list = manners.order_list;
  ca.reuse_pending_orders = manners.reuses_orders;
  ca.reuse_authorizations = manners.reuses_authorizations;
  ca.finalize_at_once = manners.finalizes_at_once;
  ca.bad_nonces = manners.bad_nonces;
  ca.validation_takes = manners.validation_takes;
  ca.issuance_takes = manners.issuance_takes;
  ca.retry_after = manners.retry_after;
  ca.offers = {"http-01", "tls-alpn-01"};
  ca.caa_identities = {made.manners.issuer + ".test"};
  if (manners.profile) ca.profiles = {"shortlived"};
  ca.external_account_required = manners.binding;
  if (manners.binding) ca.external_keys[kBindingKid] = {kBindingKey, false, false};
  if (manners.renewal_information) {
    ca.suggests = [this, &made](const std::string& renewal_id) { return suggest(made, renewal_id); };
  }
  make_right(made);
}

void SimulatedWorld::add_cas(const Site& site) {
  for (const auto& manners : plan.cas) {
    Ca& made = *cas_.emplace_back(std::make_unique<Ca>());
    made.manners = manners;
    const std::string& name = manners.issuer;
    made.ca = std::make_unique<SimulatedCa>(name + ".test", truth, site.http01);
    made.ca->live_tls = site.tls_alpn01;
    made.faults = std::make_unique<CaFaults>(plan.seed, *made.ca, name, truth, history);
    CaView::Services services;
    services.clock = &truth;
    services.history = &history;
    services.stored = site.stored;
    services.made = site.made;
    services.wanted = [name, wanted = site.wanted](const auto& names) { return wanted(name, names); };
    services.in_trouble = [faults = made.faults.get()] { return faults->in_trouble(); };
    services.lifetime = plan.lifetime;
    made.view = std::make_unique<CaView>(name, *made.ca, std::move(services));
    set_manners(made);
  }
}

Result<HttpResponse> SimulatedWorld::deliver(const HttpRequest& request) {
  for (auto& one : cas_) {
    if (!request.url.starts_with(cat("https://", one->manners.issuer, ".test/"))) continue;
    one->view->arrives(request);
    auto answered = one->faults->exchange(request);
    index(*one);
    one->view->answered(one->faults->kind(), request, answered);
    return answered;
  }
  return Error{ErrorKind::transport, "no such host"};
}

SteadyTime SimulatedWorld::last_request() const {
  SteadyTime last{};
  for (const auto& one : cas_) last = std::max(last, one->view->last_request());
  return last;
}

bool SimulatedWorld::limit_was_reached() const {
  return std::any_of(cas_.begin(), cas_.end(), [](const auto& one) { return one->view->limit_was_reached(); });
}

/// Takes note of what was issued since.
void SimulatedWorld::index(Ca& one) {
  const auto& orders = one.ca->records().orders;
  while (one.indexed < orders.size()) one.pending.insert(one.indexed++);
  for (auto place = one.pending.begin(); place != one.pending.end();) {
    const CaOrder& order = orders[*place];
    const auto chain = order.chain.empty() ? Result<CertificateChain>{Error{ErrorKind::malformed, ""}}
                                           : CertificateChain::from_pem(order.chain);
    const bool done = !order.chain.empty() || order.status == "invalid";
    if (chain) {
      const CertificateFacts& facts = chain->facts();
      const IssueOptions& how = one.ca->issue;
      const bool expired = facts.not_after <= truth.now();
      Known known{&one, *place, facts.not_before, facts.not_after, false};
      known.wrong = how.wrong_key || how.leave_out_a_name || how.broken || expired;
      by_fingerprint_[facts.fingerprint] = known;
      fingerprint_of_[facts.renewal_id] = facts.fingerprint;
    }
    place = done ? one.pending.erase(place) : std::next(place);
  }
}

ServedView::Issued SimulatedWorld::issued(const std::string& fingerprint) {
  for (auto& one : cas_) index(*one);
  const auto found = by_fingerprint_.find(fingerprint);
  if (found == by_fingerprint_.end() || found->second.wrong) return {};
  const CaOrder& order = found->second.ca->ca->records().orders[found->second.order];
  return {true, order.revoked};
}

SimulatedWorld::Known* SimulatedWorld::by_renewal_id(const std::string& renewal_id) {
  const auto found = fingerprint_of_.find(renewal_id);
  return found == fingerprint_of_.end() ? nullptr : &by_fingerprint_.at(found->second);
}

SimulatedCa::Window SimulatedWorld::suggest(const Ca& one, const std::string& renewal_id) {
  const UtcTime now = truth.now();
  const Known* known = by_renewal_id(renewal_id);
  if (known == nullptr) return {now, now + kHour};
  const Seconds life = known->not_after - known->not_before;
  const bool revoked = one.ca->records().orders[known->order].revoked;
  const UtcTime start = known->not_before + life * 2 / 3;
  if (revoked || one.suggestions == Suggestions::past) return {now - kDay, now - kHour};
  if (one.suggestions == Suggestions::inverted) return {start + kDay, start};
  if (one.suggestions == Suggestions::beyond_expiry) return {known->not_after + kDay, known->not_after + 2 * kDay};
  if (one.suggestions == Suggestions::wandering)
    return {start + chance_.between(Seconds{0}, life / 6), start + life / 5};
  return {start, start + life / 10};
}

void SimulatedWorld::set_clock(Seconds offset) {
  machine.set_wall(truth.now() + offset);
  for (auto& one : cas_) {
    one->view->excuse_counts();
    one->view->excuse_holds();
    one->view->excuse_retries();
  }
}

void SimulatedWorld::advance_to(SteadyTime time) {
  truth.advance_to(time);
  machine.advance_to(time);
}

void SimulatedWorld::excuse_retries() {
  for (auto& one : cas_) one->view->excuse_retries();
}

void SimulatedWorld::excuse_newest() {
  for (auto& one : cas_) one->view->excuse_newest();
}

void SimulatedWorld::excuse_holds() {
  for (auto& one : cas_) one->view->excuse_holds();
}

}  // namespace acme_test
