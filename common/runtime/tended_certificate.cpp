#include "common/runtime/tended_certificate.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kLongestHold = std::chrono::days{8};

bool within_the_hour(UtcTime time, UtcTime now) { return time <= now && time > now - kHour; }

}  // namespace

TendedCertificate::TendedCertificate(const CertificateConfig& config, CertificateAuthority& issuer, Services services)
    : config_{config}, issuer_{issuer}, services_{services}, changed_{*services.scheduler}, live_{*services.board} {}

Status TendedCertificate::load() {
  std::string healed;
  state_ = issuer_.store().load_state(config_.id, &healed);
  if (!healed.empty())
    services_.log->warn(cat(config_.first_name, ": its state was damaged and begins anew: ", healed));
  auto current = issuer_.store().load_certificate(config_.id);
  if (!current) {
    const bool passing = current.error().kind == ErrorKind::io || current.error().kind == ErrorKind::permission;
    loaded_ = !passing;
    if (passing) return std::move(current).error().with_context(config_.first_name);
    services_.log->error(cat(config_.first_name, ": ", describe(current.error())));
    return {};
  }
  loaded_ = true;
  if (!current->has_value()) return {};
  take(std::move((*current)->meta), (*current)->version);
  choose_renewal();
  return {};
}

void TendedCertificate::take(VersionMeta meta, std::uint64_t version) {
  version_ = version;
  current_ = Validity{meta.not_before, meta.not_after};
  meta_ = std::move(meta);
}

Status TendedCertificate::prepare() {
  if (!loaded_) {
    const CertificateState before = state_;
    auto read = load();
    if (!read) {
      state_ = before;
      return read;
    }
  }
  Store& store = issuer_.store();
  if (version_ == 0) return {};
  const auto order = store.load_order(config_.id);
  if (!order || !order->has_value()) return {};
  const auto current = store.load_certificate(config_.id);
  if (!current || !current->has_value() || (*current)->key_pem.view() != (*order)->key_pem.view()) return {};
  // With `reuse_key` the next order has that key as well, and is gone on with; not after a revocation.
  const bool done = (*order)->started <= (*current)->meta.issued_at;
  return done || state_.revoked ? store.remove_order(config_.id) : Status{};
}

std::optional<Seconds> TendedCertificate::lifetime_left() const {
  if (!current_) return std::nullopt;
  return current_->not_after - now();
}

void TendedCertificate::choose_renewal() {
  if (state_.revoked && state_.renew_at_version == version_ && state_.renew_at) return;
  state_.revoked = false;
  const bool chosen =
      state_.renew_at && state_.renew_at_version == version_ && plausible_renewal_time(*current_, *state_.renew_at);
  // A setting changed by the operator moves the moment; the jitter within a fiftieth does not count.
  // Never at once: a CA may date a short-lived certificate so far back that it is born due.
  const UtcTime soonest = meta_->issued_at + (current_->not_after - meta_->issued_at) / 5;
  const UtcTime due = renewal_time(*current_, config_.renew_before, services_.random->fraction());
  const UtcTime fresh = std::max(due, soonest);
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
  const auto failed = failed_within_the_hour();
  const bool too_often = std::any_of(failed.begin(), failed.end(),
                                     [](const auto& row) { return row.second.size() >= kReloadTriesPerHour; });
  if (state_.held_by_ca || too_often) {
    const char* why = state_.held_by_ca ? "the CA set the time" : "its validation failed several times within the hour";
    services_.log->notice(
        cat(config_.first_name, ": not tried now but at ", format_for_people(*state_.next_try), ": ", why));
    return;
  }
  state_.next_try = now();
}

/// Per name, oldest first. Other certificates' failures count, too: a CA counts by name and account.
TendedCertificate::FailedValidations TendedCertificate::failed_within_the_hour() const {
  FailedValidations noted;
  const auto& entries = services_.ledger->entries();
  for (auto entry = entries.rbegin(); entry != entries.rend() && entry->time > now() - kHour; ++entry) {
    if (entry->event != LedgerEvent::failed_validation || entry->issuer != issuer_.config().name) continue;
    const auto is_subject = [&](const Identifier& name) { return name.value == entry->subject; };
    if (std::none_of(config_.names.begin(), config_.names.end(), is_subject)) continue;
    if (within_the_hour(entry->time, now())) noted[entry->subject].insert(noted[entry->subject].begin(), entry->time);
  }
  // The ledger may have been full.
  for (auto [name, times] : state_.failed_validations) {
    std::erase_if(times, [&](UtcTime time) { return !within_the_hour(time, now()); });
    if (times.size() > noted[name].size()) noted[name] = std::move(times);
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

UtcTime TendedCertificate::next_moment() {
  UtcTime moment{};
  const bool awaited = current_ && current_->not_after > now() && state_.renew_at;
  if (awaited && !wanted_now_) moment = *state_.renew_at;
  if (state_.failures > 0 && state_.next_try) {
    // A clock that jumped must not hold a certificate longer than any rule of ours would.
    if (*state_.next_try > now() + kLongestHold + kHour) state_.next_try = now();
    moment = std::max(moment, *state_.next_try);
  }
  if (not_before_ <= now() + Seconds{60}) moment = std::max(moment, not_before_);
  if (const auto hold = validation_hold()) moment = std::max(moment, *hold);
  return moment;
}

bool TendedCertificate::claim_names() {
  auto& in_flight = issuer_.names_in_flight();
  for (const auto& [name, times] : failed_within_the_hour()) {
    const auto others = in_flight.find(name);
    if (others == in_flight.end() || times.size() + others->second < kValidationsPerHour) continue;
    not_before_ = now() + Seconds{60};
    return false;
  }
  for (const auto& name : config_.names) ++in_flight[name.value];
  under_way_ = true;
  return true;
}

void TendedCertificate::release_names() {
  under_way_ = false;
  auto& in_flight = issuer_.names_in_flight();
  for (const auto& name : config_.names) {
    if (--in_flight[name.value] == 0) in_flight.erase(name.value);
  }
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

std::string TendedCertificate::beginning() const {
  return cat(config_.first_name, ": ", version_ > 0 ? "renewing" : "obtaining", " the certificate from ",
             issuer_.config().name, " (", config_.names.size(), config_.names.size() == 1 ? " name, " : " names, ",
             to_string(config_.key_type), ")");
}

void TendedCertificate::order_now(bool even_if_not_due) {
  wanted_now_ = wanted_now_ || even_if_not_due;
  issuer_.end_pause();
  if (!state_.held_by_ca) state_.failures = 0;
  save_state();
  changed_.notify();
}

void TendedCertificate::mark_revoked() {
  if (!meta_ || state_.revoked) return;
  state_.revoked = true;
  state_.renew_at = now();
  state_.renew_at_version = version_;
  state_.renew_reason = "it was revoked";
  save_state();
  emit(HookEvent::revoked, cat(config_.first_name, ": its certificate was revoked, a new one is ordered"));
  changed_.notify();
}

void TendedCertificate::emit(HookEvent event, const std::string& message) const {
  if (services_.happened == nullptr || !*services_.happened) return;
  CertificateEvent happened;
  happened.event = event;
  happened.certificate = &config_;
  happened.version = version_;
  happened.message = message;
  (*services_.happened)(happened);
}

Status TendedCertificate::keep(const StoredCertificate& issued) {
  Store& store = issuer_.store();
  auto version = store.save_certificate(config_.id, issued);
  if (!version) return std::move(version).error().with_context(config_.first_name);
  take(issued.meta, *version);
  wanted_now_ = false;
  state_ = CertificateState{};
  state_.last_attempt = now();
  choose_renewal();
  auto removed = store.remove_order(config_.id);
  if (!removed) services_.log->warn(describe(removed.error()));
  store.prune_certificate(config_.id, now());
  note_in_ledger(LedgerEvent::issued, config_.id);
  const std::string line =
      cat(config_.first_name, ": new certificate, live now, valid to ", format_for_people(current_->not_after),
          ", renewed about ", format_for_people(*state_.renew_at));
  services_.log->notice(line);
  emit(HookEvent::renewed, line);
  return {};
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

void TendedCertificate::note_failure(const Error& error, bool told) {
  if (error.kind == ErrorKind::cancelled) return;
  wanted_now_ = false;
  remember_failed_validations(error);
  Failure failure;
  failure.type = classify(error);
  failure.in_a_row = state_.failures + 1;
  failure.retry_after = error.retry_after;
  failure.lifetime_left = lifetime_left();
  UtcTime next = now() + retry_delay(failure, services_.random->fraction());
  // While the issuer as a whole is paused nobody needs to ask it.
  const auto paused = issuer_.paused_until(failure.lifetime_left);
  if (paused) next = std::max(next, *paused);
  // It may not even have asked: then it asks once the pause is over, and only one of all waits longer for another.
  const bool of_issuer = told && paused;
  if (of_issuer) next = *paused;
  state_.failures = of_issuer ? std::max(state_.failures, 1U) : failure.in_a_row;
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
  emit(HookEvent::failed, line);
  if (told) return services_.log->info(line);
  const bool ours_to_retry = type == FailureClass::passing || type == FailureClass::rate_limited;
  if (ours_to_retry) return services_.log->warn(line);
  services_.log->error(line);
}

}  // namespace acme
