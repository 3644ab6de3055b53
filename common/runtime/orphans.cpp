#include "common/runtime/orphans.hpp"

#include <algorithm>
#include <map>

#include "common/base/text.hpp"
#include "common/crypto/certificate_facts.hpp"
#include "common/renew/schedule.hpp"

namespace acme {

namespace {

constexpr Seconds kDay{86400};
constexpr std::size_t kMostNamed = 5;

}  // namespace

Orphans::Orphans(const Configuration& configuration, Services services)
    : configuration_{configuration}, services_{std::move(services)}, stopped_{*services_.scheduler} {}

void Orphans::load(bool tell) {
  orphans_.clear();
  std::map<Store*, std::set<std::string>> owned;
  for (const auto& [name, issuer] : configuration_.issuers) owned[&services_.store(issuer)];
  for (const auto& certificate : configuration_.certificates) {
    owned[&services_.store(configuration_.issuers.at(certificate.issuer))].insert(certificate.id);
  }
  for (const auto& [store, ids] : owned) read(*store, ids);
  if (tell) report();
}

void Orphans::read(Store& store, const std::set<std::string>& owned) {
  const auto ids = store.certificate_ids();
  if (!ids) return;
  for (const auto& id : *ids) {
    if (!owned.contains(id)) read_one(store, id);
  }
}

void Orphans::read_one(Store& store, const std::string& id) {
  store.prune_certificate(id, now());
  auto current = store.load_certificate(id);
  if (!current) return;
  const CertificateState state = store.load_state(id, nullptr);
  // Without a certificate only its state says that nothing else is there, and since when.
  const bool empty = !current->has_value() && state.last_attempt && store.version_numbers(id).empty();
  if (!current->has_value() && !empty) return;
  const UtcTime ended = empty ? *state.last_attempt : (*current)->meta.not_after;
  if (ended + kDay < now()) {
    auto removed = store.remove_certificate(id);
    if (!removed) services_.log->warn(cat(id, ": ", describe(removed.error())));
    if (removed) services_.log->notice(cat(id, " is removed: it is not configured any more and has expired"));
    return;
  }
  if (empty) return;
  Orphan orphan;
  orphan.id = id;
  orphan.meta = std::move((*current)->meta);
  const auto key = PrivateKey::from_pem((*current)->key_pem.view());
  if (!key) return;
  orphan.key_type = key->type();
  orphan.revoked = state.revoked;
  if (state.renew_at_version == (*current)->version) orphan.renew_at = state.renew_at;
  orphans_.push_back(std::move(orphan));
}

void Orphans::report() const {
  if (orphans_.empty()) return;
  std::vector<std::string> shown;
  for (const auto& orphan : orphans_) {
    if (shown.size() == kMostNamed) break;
    shown.push_back(cat(orphan.id, " (to ", format_for_people(orphan.meta.not_after), ")"));
  }
  std::string line = cat("stored but not configured any more: ", join(shown, ", "));
  if (orphans_.size() > kMostNamed) line += cat(" and ", orphans_.size() - kMostNamed, " more");
  services_.log->notice(cat(line, "; removed a day after they expire"));
}

/// As it was chosen while it was tended, when that can be right; never later than its emergency.
UtcTime Orphans::due_time(const Orphan& orphan, const CertificateConfig& wanted) const {
  RenewalFacts facts;
  facts.validity = {orphan.meta.not_before, orphan.meta.not_after};
  facts.issued_at = orphan.meta.issued_at;
  facts.setting = wanted.renew_before;
  facts.chance = services_.random->fraction();
  const UtcTime due = orphan.renew_at ? *orphan.renew_at : choose_renewal(facts).time;
  return std::min(due, emergency_time(facts.validity));
}

std::optional<UtcTime> Orphans::covered_until(const CertificateConfig& wanted) const {
  std::optional<UtcTime> until;
  for (const auto& orphan : orphans_) {
    if (orphan.meta.issuer != wanted.issuer || orphan.key_type != wanted.key_type || orphan.revoked) continue;
    if (orphan.meta.not_before > now() || orphan.meta.not_after <= now()) continue;
    CertificateFacts facts;
    facts.names = orphan.meta.names;
    const auto is_covered = [&](const Identifier& name) { return covers(facts, name); };
    if (!std::all_of(wanted.names.begin(), wanted.names.end(), is_covered)) continue;
    const UtcTime due = due_time(orphan, wanted);
    if (due > now() && (!until || due > *until)) until = due;
  }
  return until;
}

Task<void> Orphans::run() {
  while (!stopping_) {
    const SteadyTime next = services_.scheduler->clock().steady_now() + kDay;
    const Wake wake = co_await stopped_.wait_until(next);
    if (wake == Wake::cancelled) co_return;
    if (!stopping_) load(false);
  }
}

void Orphans::stop() {
  stopping_ = true;
  stopped_.notify();
}

}  // namespace acme
