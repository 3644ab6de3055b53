#include "common/runtime/tended_certificate.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kLongestHold = std::chrono::days{8};

std::size_t within_the_hour(const std::vector<UtcTime>& times, UtcTime now) {
  return static_cast<std::size_t>(
      std::count_if(times.begin(), times.end(), [&](UtcTime time) { return time <= now && time > now - kHour; }));
}

std::size_t most_failed_validations(const CertificateState& state, UtcTime now) {
  std::size_t most = 0;
  for (const auto& [name, times] : state.failed_validations) most = std::max(most, within_the_hour(times, now));
  return most;
}

VersionMeta meta_of(const IssuedCertificate& issued, const IssuerConfig& issuer, UtcTime now) {
  const CertificateFacts& facts = issued.chain.facts();
  VersionMeta meta;
  meta.issuer = issuer.name;
  meta.directory_url = issuer.uri;
  meta.names = facts.names;
  meta.issued_at = now;
  meta.not_before = facts.not_before;
  meta.not_after = facts.not_after;
  meta.serial = facts.serial;
  meta.fingerprint = facts.fingerprint;
  meta.renewal_id = facts.renewal_id;
  meta.profile = issued.profile;
  return meta;
}

Result<StoredCertificate> to_store(const IssuedCertificate& issued, const IssuerConfig& issuer, UtcTime now) {
  auto chain = issued.chain.to_pem();
  if (!chain) return std::move(chain).error();
  auto key = issued.key.to_pem();
  if (!key) return std::move(key).error();
  StoredCertificate stored;
  stored.fullchain_pem = *std::move(chain);
  stored.key_pem = *std::move(key);
  stored.meta = meta_of(issued, issuer, now);
  return stored;
}

}  // namespace

TendedCertificate::TendedCertificate(const CertificateConfig& config, IssuerRuntime& issuer, Services services)
    : config_{config}, issuer_{issuer}, services_{services}, changed_{*services.scheduler} {}

void TendedCertificate::load() {
  std::string healed;
  state_ = issuer_.store().load_state(config_.id, &healed);
  if (!healed.empty())
    services_.log->warn(cat(config_.first_name, ": its state was damaged and begins anew: ", healed));
  auto current = issuer_.store().load_certificate(config_.id);
  if (!current) return services_.log->error(cat(config_.first_name, ": ", describe(current.error())));
  if (!current->has_value()) return;
  version_ = (*current)->version;
  current_ = Validity{(*current)->meta.not_before, (*current)->meta.not_after};
  choose_renewal();
}

void TendedCertificate::choose_renewal() {
  const bool chosen =
      state_.renew_at && state_.renew_at_version == version_ && plausible_renewal_time(*current_, *state_.renew_at);
  // A setting changed by the operator moves the moment; the jitter within a fiftieth does not count.
  const UtcTime fresh = renewal_time(*current_, config_.renew_before, services_.random->fraction());
  const Seconds tolerance = current_->lifetime() / 50 + Seconds{1};
  if (chosen && *state_.renew_at >= fresh - tolerance && *state_.renew_at <= fresh + tolerance) return;
  state_.renew_at = fresh;
  state_.renew_at_version = version_;
  save_state();
}

void TendedCertificate::save_state() {
  auto saved = issuer_.store().save_state(config_.id, state_);
  if (!saved) services_.log->warn(cat(config_.first_name, ": ", describe(saved.error())));
}

void TendedCertificate::grant_operator_try() {
  if (state_.failures == 0 || !state_.next_try || *state_.next_try <= now()) return;
  const bool too_often = most_failed_validations(state_, now()) >= kReloadTriesPerHour;
  if (state_.held_by_ca || too_often) {
    const char* why = state_.held_by_ca ? "the CA set the time" : "its validation failed several times within the hour";
    services_.log->notice(
        cat(config_.first_name, ": not tried now but at ", format_for_people(*state_.next_try), ": ", why));
    return;
  }
  state_.next_try = now();
}

/// When the names have failed as often as a CA lets them: the moment at which the oldest is an hour ago.
std::optional<UtcTime> TendedCertificate::validation_hold() const {
  std::optional<UtcTime> hold;
  for (const auto& [name, times] : state_.failed_validations) {
    if (within_the_hour(times, now()) < kValidationsPerHour) continue;
    const UtcTime free = times[times.size() - kValidationsPerHour] + kHour + Seconds{1};
    if (!hold || free > *hold) hold = free;
  }
  return hold;
}

UtcTime TendedCertificate::next_moment() {
  UtcTime moment{};
  if (current_ && current_->not_after > now() && state_.renew_at) moment = *state_.renew_at;
  if (state_.failures > 0 && state_.next_try) {
    // A clock that jumped must not hold a certificate longer than any rule of ours would.
    if (*state_.next_try > now() + kLongestHold + kHour) state_.next_try = now();
    moment = std::max(moment, *state_.next_try);
  }
  if (const auto hold = validation_hold()) moment = std::max(moment, *hold);
  return moment;
}

void TendedCertificate::note_in_ledger(LedgerEvent event, const std::string& subject) {
  LedgerEntry entry;
  entry.time = now();
  entry.event = event;
  entry.issuer = issuer_.config().name;
  entry.subject = subject;
  auto noted = services_.ledger->append(entry);
  if (!noted) services_.log->warn(describe(noted.error()));
}

Status TendedCertificate::keep(const IssuedCertificate& issued) {
  Store& store = issuer_.store();
  auto stored = to_store(issued, issuer_.config(), now());
  if (!stored) return std::move(stored).error();
  auto version = store.save_certificate(config_.id, *stored);
  if (!version) return std::move(version).error().with_context(config_.first_name);
  version_ = *version;
  current_ = Validity{stored->meta.not_before, stored->meta.not_after};
  state_ = CertificateState{};
  state_.last_attempt = now();
  choose_renewal();
  auto removed = store.remove_order(config_.id);
  if (!removed) services_.log->warn(describe(removed.error()));
  store.prune_certificate(config_.id, now());
  note_in_ledger(LedgerEvent::issued, config_.id);
  services_.log->notice(cat(config_.first_name, ": new certificate, live now, valid to ",
                            format_for_people(stored->meta.not_after), ", renewed about ",
                            format_for_people(*state_.renew_at)));
  return {};
}

void TendedCertificate::remember_failed_validations(const Error& error) {
  if (error.kind != ErrorKind::validation) return;
  for (const auto& sub : error.subproblems) {
    auto& times = state_.failed_validations[sub.identifier];
    std::erase_if(times, [&](UtcTime time) { return time <= now() - kHour || time > now(); });
    times.push_back(now());
    note_in_ledger(LedgerEvent::failed_validation, sub.identifier);
  }
}

void TendedCertificate::note_failure(const Error& error, bool told) {
  if (error.kind == ErrorKind::cancelled) return;
  remember_failed_validations(error);
  Failure failure;
  failure.type = classify(error);
  failure.in_a_row = ++state_.failures;
  failure.retry_after = error.retry_after;
  if (current_) failure.lifetime_left = current_->not_after - now();
  UtcTime next = now() + retry_delay(failure, services_.random->fraction());
  // While the issuer as a whole is paused nobody needs to ask it.
  if (const auto paused = issuer_.paused_until()) next = std::max(next, *paused);
  state_.next_try = next;
  state_.held_by_ca = failure.type == FailureClass::rate_limited;
  state_.last_error = describe(error);
  state_.last_error_type = error.problem_type.empty() ? failure_class_name(failure.type) : error.problem_type;
  state_.last_attempt = now();
  save_state();
  tell_failure(failure.type, next, told);
}

void TendedCertificate::tell_failure(FailureClass type, UtcTime next, bool told) {
  const UtcTime shown = std::max(next, validation_hold().value_or(next));
  const bool named = state_.last_error.rfind(config_.first_name, 0) == 0;
  const std::string line = cat(named ? "" : cat(config_.first_name, ": "), state_.last_error, "; tried again in ",
                               format_duration(shown - now()));
  if (told) return services_.log->info(line);
  const bool ours_to_retry = type == FailureClass::passing || type == FailureClass::rate_limited;
  if (ours_to_retry) return services_.log->warn(line);
  services_.log->error(line);
}

}  // namespace acme
