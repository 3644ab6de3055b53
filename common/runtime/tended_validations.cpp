// The limit of failed validations: a CA counts them by name and account, for all certificates together.
#include <algorithm>

#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr Seconds kHour{3600};

bool within_the_hour(UtcTime time, UtcTime now) { return time <= now && time > now - kHour; }

}  // namespace

/// Per name that has any, oldest first.
TendedCertificate::FailedValidations TendedCertificate::failed_within_the_hour() const {
  FailedValidations noted;
  for (const auto& name : config_.names) {
    auto times = services_.ledger->limits().failed_validations(issuer().config().name, name.value, now());
    if (!times.empty()) noted[name.value] = std::move(times);
  }
  // The ledger may have been full.
  for (auto [name, times] : state_.failed_validations) {
    std::erase_if(times, [&](UtcTime time) { return !within_the_hour(time, now()); });
    if (!times.empty() && times.size() > noted[name].size()) noted[name] = std::move(times);
  }
  return noted;
}

/// When the names have failed as often as a CA lets them: the moment at which the oldest is an hour ago.
std::optional<UtcTime> TendedCertificate::validation_hold() const {
  std::optional<UtcTime> hold;
  for (const auto& [name, times] : failed_within_the_hour()) {
    if (times.size() < kValidationsPerHour) continue;
    const UtcTime free = times[times.size() - kValidationsPerHour] + kHour + Seconds{1};
    if (!hold || free > *hold) hold = free;
  }
  return hold;
}

bool TendedCertificate::claim_names() {
  auto& in_flight = issuer().names_in_flight();
  for (const auto& [name, times] : failed_within_the_hour()) {
    const auto others = in_flight.find(name);
    if (others == in_flight.end() || times.size() + others->second < kValidationsPerHour) continue;
    not_before_ = now() + Seconds{60};
    return false;
  }
  for (const auto& name : config_.names) ++in_flight[name.value];
  claimed_from_ = &issuer();
  tell_changed();
  return true;
}

void TendedCertificate::release_names() {
  auto& in_flight = claimed_from_->names_in_flight();
  for (const auto& name : config_.names) {
    if (--in_flight[name.value] == 0) in_flight.erase(name.value);
  }
  claimed_from_ = nullptr;
  tell_changed();
}

void TendedCertificate::note_in_ledger(LedgerEvent event, const std::string& subject) {
  LedgerEntry entry;
  entry.time = now();
  entry.event = event;
  entry.issuer = issuer().config().name;
  entry.subject = subject;
  auto noted = services_.ledger->append(entry);
  if (!noted) services_.log->warn(describe(noted.error()));
}

void TendedCertificate::note_attempt(bool begins) {
  LedgerEntry entry;
  entry.time = now();
  entry.event = begins ? LedgerEvent::attempt : LedgerEvent::attempt_end;
  entry.issuer = issuer().config().name;
  entry.subject = config_.id;
  // Of no use but after a crash; a full disk is told by the order itself.
  static_cast<void>(services_.ledger->append(entry));
}

void TendedCertificate::remember_failed_validations(const Error& error) {
  if (error.kind != ErrorKind::validation) return;
  for (const auto& sub : error.subproblems) {
    auto& times = state_.failed_validations[sub.identifier];
    std::erase_if(times, [&](UtcTime time) { return !within_the_hour(time, now()); });
    times.push_back(now());
    note_in_ledger(LedgerEvent::failed_validation, sub.identifier);
  }
}

}  // namespace acme
