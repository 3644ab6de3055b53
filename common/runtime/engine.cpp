#include "common/runtime/engine.hpp"

#include <algorithm>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/runtime/issuer_health.hpp"
#include "common/runtime/renewal_polls.hpp"

namespace acme {

namespace {

/// A clock that was set is noticed within the hour.
constexpr Seconds kClockWatch{3600};
constexpr Seconds kTolerableJump{30};

/// The clock may have been wrong when the sleep began.
Seconds longest_sleep(std::optional<Seconds> lifetime) {
  return lifetime ? std::clamp<Seconds>(*lifetime / 10, kClockWatch, std::chrono::days{1}) : kClockWatch;
}

}  // namespace

Engine::Engine(EngineServices services)
    : services_{std::move(services)}, ledger_{*services_.ledger}, stopped_{*services_.scheduler} {
  add_issuers();
  add_certificates();
}

Engine::~Engine() = default;

void Engine::stop() {
  stopping_ = true;
  stopped_.notify();
  for (auto& [name, gate] : gates_) gate.stop();
  for (auto& tended : tended_) tended->changed().notify();
}

std::map<std::string, std::uint64_t> Engine::versions() const {
  std::map<std::string, std::uint64_t> versions;
  for (const auto& tended : tended_) {
    if (tended->version() > 0) versions[tended->config().id] = tended->version();
  }
  return versions;
}

std::vector<TendedCertificate*> Engine::find_certificates(std::string_view name) const {
  std::vector<TendedCertificate*> found;
  for (const auto& tended : tended_) {
    const CertificateConfig& config = tended->config();
    const auto is_name = [&](const Identifier& one) { return one.value == name; };
    const bool named = config.id == name || config.first_name == name ||
                       std::any_of(config.names.begin(), config.names.end(), is_name);
    if (named) found.push_back(tended.get());
  }
  return found;
}

IssuerRuntime* Engine::issuer(const std::string& name) const {
  const auto found = issuers_.find(name);
  return found == issuers_.end() ? nullptr : dynamic_cast<IssuerRuntime*>(found->second.get());
}

Task<void> Engine::run() {
  std::vector<Task<void>> tasks;
  for (auto& tended : tended_) {
    tasks.push_back(tend(*tended));
    tasks.push_back(follow_suggestions(*services_.scheduler, *tended, stopping_));
  }
  tasks.push_back(watch_clock());
  auto all = join_all(*services_.scheduler, std::move(tasks));
  co_await std::move(all);
}

/// Sleeps are by a clock that nobody sets, moments are of the one that people set.
Task<void> Engine::watch_clock() {
  const Clock& clock = services_.scheduler->clock();
  while (!stopping_) {
    const UtcTime wall = clock.now();
    const SteadyTime steady = clock.steady_now();
    const Wake wake = co_await stopped_.wait_until(steady + kClockWatch);
    if (wake == Wake::cancelled) co_return;
    const Seconds jump = (clock.now() - wall) - std::chrono::floor<Seconds>(clock.steady_now() - steady);
    forget_old_challenges();
    if (jump > -kTolerableJump && jump < kTolerableJump) continue;
    if (jump.count() < 0) ledger_.follow_clock_back(clock.now());
    for (auto& tended : tended_) tended->clock_was_set();
  }
}

/// Where no order of the lives before is left, nobody asks for their challenges.
void Engine::forget_old_challenges() {
  if (busy_ > 0 || services_.board == nullptr || !services_.board->inherits()) return;
  const bool one_left = std::any_of(tended_.begin(), tended_.end(), [](const auto& one) { return one->has_order(); });
  if (!one_left) services_.board->forget_inherited();
}

Task<void> Engine::tend(TendedCertificate& tended) {
  while (!stopping_) {
    const Seconds wait = tended.next_moment() - services_.scheduler->clock().now();
    if (wait.count() > 0) {
      const SteadyTime until =
          services_.scheduler->clock().steady_now() + std::min(wait, longest_sleep(tended.lifetime()));
      const Wake wake = co_await tended.changed().wait_until(until);
      if (wake == Wake::cancelled) co_return;
      continue;
    }
    if (!tended.may_be_ordered()) continue;
    auto task = attempt_at_gate(tended);
    co_await std::move(task);
    if (services_.scheduler->cancelled()) co_return;
  }
}

Task<void> Engine::attempt_at_gate(TendedCertificate& tended) {
  tended.begin_attempt();
  auto task = attempt_behind_gate(tended);
  co_await std::move(task);
  tended.recorder().take_back();  // unless it ended
}

Task<void> Engine::attempt_behind_gate(TendedCertificate& tended) {
  // A CA exempts orders that name what they replace.
  const bool exempt = !tended.replaces().empty() && tended.state().suggested;
  OrderGate& gate = gates_.at(tended.issuer().config().name);
  if (!exempt) {
    auto entering = gate.enter(tended.version() == 0);
    const bool entered = co_await std::move(entering);
    if (!entered) co_return;
  }
  ++busy_;
  tended.issuer().foresee(tended.config());
  auto task = attempt_in_turn(tended);
  co_await std::move(task);
  --busy_;
  if (!stopping_) forget_old_challenges();
  if (!exempt) gate.leave();
}

Task<void> Engine::attempt_in_turn(TendedCertificate& tended) {
  Semaphore& among_siblings = name_set(tended).turn;
  const Wake first = co_await among_siblings.acquire();
  if (first != Wake::ready) co_return;
  const Permit sibling_permit{among_siblings};
  const Wake second = co_await tended.issuer().orders().acquire();
  if (second != Wake::ready) co_return;
  const Permit permit{tended.issuer().orders()};
  if (stopping_ || !tended.claim_names()) co_return;
  auto task = attempt(tended);
  co_await std::move(task);
  tended.release_names();
}

Task<void> Engine::attempt(TendedCertificate& tended) {
  auto beginning = may_begin(tended);
  const bool begins = co_await std::move(beginning);
  if (!begins) co_return;
  const std::string issuer = tended.issuer().config().name;
  const SteadyTime begun = services_.scheduler->clock().steady_now();
  for (bool account_made_anew = false;; account_made_anew = true) {
    tended.recorder().step("signing in at the CA", issuer);
    auto preparing = tended.issuer().ensure_ready(tended.lifetime_left());
    auto ready = co_await std::move(preparing);
    if (!ready.status) {
      // Whoever only waits behind the failure of another has tried nothing.
      if (ready.first) count(issuer, ready.status, begun);
      tended.note_failure(ready.status.error(), !ready.first);
      co_return;
    }
    services_.log->notice(tended.beginning());
    tended.note_attempt(true);
    auto task = tended.issuer().obtain(wish_for(tended));
    auto issued = co_await std::move(task);
    tended.note_attempt(false);
    Status outcome;
    if (!issued) outcome = issued.error();
    const bool news = tended.issuer().note_outcome(outcome);
    if (issued) {
      count(issuer, keep(tended, *issued), begun);
      co_return;
    }
    const bool account_unknown = issued.error().problem_type == "accountDoesNotExist";
    if (account_unknown) tended.issuer().account_lost();
    if (!account_unknown || account_made_anew) {
      count(issuer, outcome, begun);
      tended.note_failure(issued.error(), !news);
      co_return;
    }
    // Not a refusal of this certificate: a CA that lost its accounts is asked again at once, once.
    services_.log->warn(cat(tended.config().first_name, ": ", describe(issued.error())));
  }
}

/// Is there something to order, and do its names lead here as far as can be seen? One that is under way already goes
/// on.
Task<bool> Engine::may_begin(TendedCertificate& tended) {
  auto clean = tended.prepare();
  if (!clean) {
    count(tended.issuer().config().name, clean, services_.scheduler->clock().steady_now());
    tended.note_failure(clean.error(), false);
    co_return false;
  }
  if (tended.next_moment() > services_.scheduler->clock().now()) co_return false;
  // A sibling for the same names may have taken the last place meanwhile.
  if (!tended.may_be_ordered()) co_return false;
  const IssuerConfig& issuer = tended.issuer().config();
  if (services_.preflight == nullptr || !wants_preflight(issuer)) co_return true;
  if (tended.issuer().paused_until(tended.lifetime_left()) || tended.has_order()) co_return true;
  tended.recorder().step("looking whether the names lead here");
  auto looking = services_.preflight->look(tended.config(), issuer, tended.proofs());
  const auto view = co_await std::move(looking);
  if (stopping_ || services_.scheduler->cancelled()) co_return false;
  const bool go_on = tended.note_preflight(view);
  if (!go_on && services_.counters != nullptr) ++services_.counters->attempts[{issuer.name, "preflight"}];
  co_return go_on;
}

void Engine::count(const std::string& issuer, const Status& outcome, SteadyTime begun) const {
  if (services_.counters == nullptr) return;
  const Duration took = services_.scheduler->clock().steady_now() - begun;
  services_.counters->attempt(issuer, outcome, std::chrono::ceil<std::chrono::milliseconds>(took));
}

Status Engine::keep(TendedCertificate& tended, const StoredCertificate& issued) {
  tended.recorder().step("storing the certificate");
  auto kept = tended.keep(issued);
  if (!kept) {
    tended.note_failure(kept.error(), false);
    return kept;
  }
  services_.installed(tended.config().id, tended.version());
  for (TendedCertificate* member : name_set(tended).members) {
    if (member != &tended) member->renew_with_sibling();
  }
  return kept;
}

std::vector<IssuerHealth> Engine::issuer_health() const {
  std::vector<IssuerHealth> all;
  const UtcTime now = services_.scheduler->clock().now();
  for (const auto& [name, authority] : issuers_) all.push_back(acme::issuer_health(*authority, ledger_.limits(), now));
  return all;
}

CertificateWish Engine::wish_for(TendedCertificate& tended) {
  CertificateWish wish;
  wish.certificate = &tended.config();
  wish.store = &tended.store();
  wish.live = &tended.live();
  wish.proofs = &tended.proofs();
  wish.progress = &tended.recorder();
  wish.usual_lifetime = tended.lifetime();
  wish.new_key = tended.state().revoked;
  wish.replaces = tended.replaces();
  for (const TendedCertificate* member : name_set(tended).members) {
    if (member != &tended) wish.siblings.push_back(member->config().id);
  }
  return wish;
}

}  // namespace acme
