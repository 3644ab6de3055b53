// What follows a failure: when the next try is, at which issuer, and who hears of it.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/renew/fallback.hpp"
#include "common/renew/limit_scope.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr Seconds kLongestPause = std::chrono::hours{1};
constexpr Seconds kLongestHold = std::chrono::days{8};
// nginx cuts a line at 2048 bytes: what is to be done and when it is tried again must still fit in. Status has it all.
constexpr std::size_t kMaxTold = 1200;

/// With another issuer to turn to it looks again soon whether it is time to.
Seconds behind_outage(const CertificateAuthority& issuer, const Failure& failure, double chance) {
  if (failure.type != FailureClass::passing) return Seconds{0};
  const Seconds outage = std::min(issuer.failing_for(), failure.tries_others ? kLongestPause : kLongestHold);
  return catch_up_delay(outage, failure.lifetime_left, chance);
}

}  // namespace

std::size_t TendedCertificate::issuer_index() const {
  if (state_.issuer.empty()) return 0;
  const auto is_it = [&](const CertificateAuthority* one) { return one->config().name == state_.issuer; };
  const auto found = std::find_if(issuers_.begin(), issuers_.end(), is_it);
  return found == issuers_.end() ? 0 : static_cast<std::size_t>(found - issuers_.begin());
}

/// On the ladder of failures in a row: each issuer's own at first, higher in each round through all of them.
std::uint32_t TendedCertificate::step() const {
  if (issuers_.size() == 1) return std::max(state_.failures, 1U);
  const std::uint32_t before = std::min(state_.rounds, 1000U) * issuers_.front()->config().fallback_after;
  return before + std::max(state_.issuer_failures, 1U);
}

bool TendedCertificate::falls_back(const Failure& failure, Seconds delay) const {
  if (issuers_.size() == 1) return false;
  IssuerTrouble trouble;
  trouble.type = failure.type;
  trouble.allowed = std::max(issuers_.front()->config().fallback_after, 1U);
  trouble.failures = std::max(state_.issuer_failures, issuer().failures_in_a_row());
  trouble.lasted = issuer().failing_for();
  trouble.delay = delay;
  trouble.lifetime_left = failure.lifetime_left;
  return turns_to_next_issuer(trouble);
}

bool TendedCertificate::is_held(const CertificateAuthority* one) const {
  const auto hold = state_.holds.find(one->config().name);
  return hold != state_.holds.end() && hold->second > now();
}

/// The first one that no limit holds, when the limit of this one lasts too long for an attempt that is due at `due`.
const CertificateAuthority* TendedCertificate::instead_of_held(UtcTime until, UtcTime due) const {
  const auto other = std::find_if_not(issuers_.begin(), issuers_.end(), [this](auto* one) { return is_held(one); });
  if (other == issuers_.end() || has_order()) return nullptr;
  IssuerTrouble trouble;
  trouble.type = FailureClass::rate_limited;
  trouble.delay = until - due;
  if (current_) trouble.lifetime_left = current_->not_after - due;
  return turns_to_next_issuer(trouble) ? *other : nullptr;
}

/// When an attempt that is due at `moment` can be made, with what issuers named as their limits' ends.
UtcTime TendedCertificate::beside_holds(UtcTime moment) {
  const auto hold = state_.holds.find(issuer().config().name);
  if (hold == state_.holds.end() || hold->second <= now() || hold->second > now() + kLongestHold) return moment;
  const UtcTime due = std::max(moment, now());
  const auto* other = instead_of_held(hold->second, due);
  if (other == nullptr) return std::max(moment, hold->second);
  if (moment > now()) return moment;
  const std::string& name = other->config().name;
  services_.log->notice(cat(config_.first_name, ": ", issuer().config().name, " holds it until ",
                            format_for_people(hold->second), ": ordered at ", name));
  state_.issuer = other == issuers_.front() ? std::string{} : name;
  state_.issuer_failures = 0;
  save_state();
  return moment;
}

/// A limit for these names counts in whichever key type they are ordered; an order that is made goes on.
void TendedCertificate::hold_names(const std::string& issuer, UtcTime until) {
  state_.holds[issuer] = until;
  if (siblings_ == nullptr) return;
  for (TendedCertificate* one : *siblings_) {
    if (one == this || one->has_order()) continue;
    one->state_.holds[issuer] = until;
    one->save_state();
    one->changed_.notify();
  }
}

/// The next in the list that its own limit does not hold. False: a round is over, and it begins again with the first.
bool TendedCertificate::turn_to_next_issuer() {
  state_.issuer_failures = 0;
  const auto held = [this](const CertificateAuthority* one) { return is_held(one); };
  for (std::size_t next = issuer_index() + 1; next < issuers_.size(); ++next) {
    if (held(issuers_[next])) continue;
    state_.issuer = issuers_[next]->config().name;
    return true;
  }
  ++state_.rounds;
  const auto first = std::find_if_not(issuers_.begin(), issuers_.end(), held);
  const bool own = first == issuers_.end() || first == issuers_.begin();
  state_.issuer = own ? std::string{} : (*first)->config().name;
  return false;
}

void TendedCertificate::note_failure(const Error& error, bool told) {
  if (error.kind == ErrorKind::cancelled) return;
  if (recorder_) recorder_->end(error);
  remember_failed_validations(error);
  if (turn_to_next_proofs(error)) return;
  wanted_now_ = false;
  Failure failure;
  failure.type = classify(error);
  failure.retry_after = error.retry_after;
  failure.lifetime_left = lifetime_left();
  failure.lifetime = lifetime();
  // While the issuer as a whole is paused nobody needs to ask it.
  const auto paused = issuer().paused_until(failure.lifetime_left);
  // It may not even have asked: then it asks once the pause is over, and only one of all waits longer for another.
  const bool of_issuer = told && paused;
  state_.failures = of_issuer ? std::max(state_.failures, 1U) : state_.failures + 1;
  if (!of_issuer) ++state_.issuer_failures;
  failure.in_a_row = step();
  failure.tries_others = issuers_.size() > 1;
  const Seconds delay = retry_delay(failure, services_.random->fraction());
  UtcTime next = now() + delay;
  if (of_issuer) next = now() + behind_outage(issuer(), failure, services_.random->fraction());
  if (paused) next = std::max(next, *paused);
  state_.held_by_ca = failure.type == FailureClass::rate_limited;
  // Our clock has whole seconds: never sooner than the CA said, after a restart neither.
  if (state_.held_by_ca && error.retry_after) next += Seconds{1};
  if (state_.held_by_ca && !of_issuer) hold_names(issuer().config().name, next);
  std::string turned_to;
  if (falls_back(failure, next - now())) {
    const std::string before = issuer().config().name;
    if (turn_to_next_issuer()) next = now();
    state_.held_by_ca = false;
    if (issuer().config().name != before) turned_to = issuer().config().name;
  }
  state_.next_try = next;
  remember_error(error, error.problem_type.empty() ? failure_class_name(failure.type) : error.problem_type);
  tell_failure(failure.type, std::max(next, next_moment()), told, turned_to);
}

/// The hint apart, as pages and acmectl show it apart.
void TendedCertificate::remember_error(Error error, std::string type) {
  state_.last_hint = cleaned(std::exchange(error.hint, {}), kMaxLastHint);
  state_.last_error = cleaned(describe(error), kMaxLastError);
  state_.last_error_type = std::move(type);
  state_.last_attempt = now();
  save_state();
}

void TendedCertificate::tell_failure(FailureClass type, UtcTime next, bool told, const std::string& turned_to) {
  const bool named = state_.last_error.rfind(config_.first_name, 0) == 0;
  const std::string hint = state_.last_hint.empty() ? "" : cat(" (", state_.last_hint, ")");
  const std::string what = cleaned(state_.last_error, kMaxTold);
  const std::string line = cat(named ? "" : cat(config_.first_name, ": "), what, hint, "; tried again ",
                               next > now() ? cat("in ", format_duration(next - now())) : "now",
                               turned_to.empty() ? "" : " at issuer ", turned_to);
  emit(HookEvent::failed, line);
  tell_expiring(line);
  if (told && turned_to.empty()) return services_.log->info(line);
  const bool ours_to_retry = type == FailureClass::passing || type == FailureClass::rate_limited;
  if (ours_to_retry) return services_.log->warn(line);
  services_.log->error(line);
}

/// Once per version: a fifth of the life is left, and renewing it fails.
void TendedCertificate::tell_expiring(const std::string& why) {
  if (!current_ || state_.expiring_told == version_ || current_->not_after - now() > current_->lifetime() / 5) return;
  state_.expiring_told = version_;
  save_state();
  emit(HookEvent::expiring,
       cat(config_.first_name, ": valid only to ", format_for_people(current_->not_after), " and not renewed: ", why));
}

}  // namespace acme
