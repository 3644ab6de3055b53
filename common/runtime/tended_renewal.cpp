// When a tended certificate's next attempt is due: its renewal, the CA's suggestion, what holds it.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/renew/preflight_delay.hpp"
#include "common/renew/suggestion.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kLongestHold = std::chrono::days{8};
// A clock is set by a little all the time.
constexpr Seconds kTolerableLead{60};

}  // namespace

/// The same result at each call, until a setting, the CA's suggestion or the certificate changes.
void TendedCertificate::choose_moment() {
  if (state_.renew_at_version != version_) {
    state_.suggested.reset();
    state_.next_poll.reset();
    state_.revoked = false;
    state_.renewal_held = false;
  }
  RenewalFacts facts;
  facts.validity = *current_;
  facts.issued_at = meta_->issued_at;
  facts.revoked = state_.revoked;
  const auto& suggested = state_.suggested;
  if (suggested && is_usable({suggested->start, suggested->end}, *current_)) {
    facts.suggested = SuggestedTime{suggested->chosen, suggested->end};
  }
  facts.setting = config_.renew_before;
  facts.window = issuers_.front()->config().renew_window;
  facts.chance = chance_;
  RenewalChoice choice = choose_renewal(facts);
  plan(choice.time);
  const bool same =
      state_.renew_at == choice.time && state_.renew_at_version == version_ && state_.renew_reason == choice.reason;
  if (same) return;
  state_.renew_at = choice.time;
  state_.renew_reason = std::move(choice.reason);
  state_.renew_at_version = version_;
  save_state();
}

void TendedCertificate::plan(const std::optional<UtcTime>& moment) {
  if (planned_) services_.planned->remove(*planned_);
  planned_.reset();
  if (moment) planned_ = PlannedLoad::Renewal{*moment, current_->lifetime()};
  if (planned_) services_.planned->add(*planned_);
}

/// A clock that jumped must not hold a certificate longer than any rule of ours would; nor must all be due at once.
bool TendedCertificate::reset_implausible(std::optional<UtcTime>& moment, Seconds longest) {
  if (!moment || *moment <= now() + longest) return false;
  moment = now() + Seconds{static_cast<std::int64_t>(services_.random->fraction() * 600)};
  return true;
}

void TendedCertificate::clock_was_set() {
  limit_told_.reset();
  changed_.notify();
}

/// An attempt of the future was made before the clock was set back, and what it has to wait for was counted from there.
void TendedCertificate::follow_clock_back() {
  if (!state_.last_attempt || *state_.last_attempt <= now() + kTolerableLead || !is_set(now())) return;
  const Seconds ahead = *state_.last_attempt - now();
  state_.last_attempt = now();
  if (state_.next_try) *state_.next_try -= ahead;
  if (state_.preflight_until) *state_.preflight_until -= ahead;
  for (auto& [issuer, until] : state_.holds) until -= ahead;
  limit_told_.reset();
  save_state();
}

UtcTime TendedCertificate::next_moment() {
  if (state_.renewal_held) return now() + kLongestHold;
  follow_clock_back();
  UtcTime moment{};
  const bool awaited = current_ && current_->not_after > now() && state_.renew_at;
  if (awaited && !wanted_now_ && !with_sibling_) moment = *state_.renew_at;
  if (version_ == 0 && !wanted_now_) moment = spared_until_;
  if (state_.failures > 0 && state_.next_try) {
    reset_implausible(state_.next_try, kLongestHold + kHour);
    moment = std::max(moment, *state_.next_try);
  }
  if (reset_implausible(state_.preflight_until, kLongestPreflightDelay)) save_state();
  if (state_.preflight_until) moment = std::max(moment, *state_.preflight_until);
  moment = beside_holds(moment);
  if (not_before_ <= now() + Seconds{60}) moment = std::max(moment, not_before_);
  if (!wanted_now_ && aside_until_ <= now() + 24 * kHour) moment = std::max(moment, aside_until_);
  if (limit_told_ && *limit_told_ <= now() + kLongestHold) moment = std::max(moment, *limit_told_);
  // These hold for an hour at most, and are not for free.
  if (moment > now() + kHour + Seconds{1}) return moment;
  if (const auto early = early_hold()) moment = std::max(moment, *early);
  if (const auto failed = validation_hold()) moment = std::max(moment, *failed);
  return moment;
}

void TendedCertificate::grant_operator_try() {
  aside_until_ = UtcTime{};
  asked_for_ = asked_for_ || state_.preflight_delays > 0;
  state_.preflight_until.reset();
  tell_changed();
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

void TendedCertificate::order_now(bool even_if_not_due) {
  wanted_now_ = wanted_now_ || even_if_not_due;
  aside_until_ = UtcTime{};
  asked_for_ = wanted_now_ || !state_.renew_at || *state_.renew_at <= now();
  state_.preflight_until.reset();
  state_.renewal_held = false;
  limit_told_.reset();  // looked at, and told, again
  issuer().end_pause();
  if (!state_.held_by_ca) state_.failures = 0;
  if (meta_) state_.next_poll = now();
  save_state();
  changed_.notify();
}

void TendedCertificate::renew_with_sibling() {
  if (!current_ || state_.renewal_held || !state_.renew_at || *state_.renew_at - now() > current_->lifetime() / 10)
    return;
  // Both are new already.
  if (now() - meta_->issued_at < current_->lifetime() / 10) return;
  with_sibling_ = true;
  tell_changed();
  changed_.notify();
}

void TendedCertificate::mark_revoked(bool order_new) {
  if (!meta_ || (state_.revoked && state_.renewal_held == !order_new)) return;
  const bool news = !state_.revoked;
  state_.revoked = true;
  state_.renewal_held = !order_new;
  choose_moment();
  save_state();
  const char* next = order_new ? ", a new one is ordered" : "";
  if (news) emit(HookEvent::revoked, cat(config_.first_name, ": its certificate was revoked", next));
  changed_.notify();
}

std::optional<UtcTime> TendedCertificate::next_poll() {
  if (state_.renewal_held || issued_by() == nullptr || meta_->renewal_id.empty()) return std::nullopt;
  if (current_->not_after <= now()) return std::nullopt;
  if (state_.next_poll && !is_plausible_poll(*state_.next_poll, now())) state_.next_poll.reset();
  if (!state_.next_poll) state_.next_poll = now() + first_poll_pause(services_.random->fraction());
  return state_.next_poll;
}

void TendedCertificate::put_off_poll() {
  state_.next_poll = now() + failed_poll_pause(std::nullopt, services_.random->fraction());
}

/// One in which nothing moved keeps the moment that was drawn; one that moved gets another.
void TendedCertificate::adopt(const RenewalInfo& info) {
  const TimeWindow window{info.start, info.end};
  const auto& known = state_.suggested;
  const bool same = known && TimeWindow{known->start, known->end} == window && known->chosen >= window.start &&
                    known->chosen <= window.end;
  if (same) return;
  const bool news = !info.explanation_url.empty() && (!known || known->explanation_url != info.explanation_url ||
                                                      known->start != info.start || known->end != info.end);
  plan(std::nullopt);
  const auto chance = [this] { return services_.random->fraction(); };
  state_.suggested =
      SuggestedWindow{info.start, info.end, services_.planned->draw_quiet(window, now(), chance), info.explanation_url};
  choose_moment();
  const std::string line = cat(config_.first_name, ": ", issued_by()->config().name, " suggests to renew between ",
                               format_for_people(info.start), " and ", format_for_people(info.end),
                               news ? cat(", it explains why at ", info.explanation_url) : "", "; planned for ",
                               format_for_people(*state_.renew_at));
  if (news) return services_.log->notice(line);
  services_.log->info(line);
}

void TendedCertificate::note_suggestion(const Result<RenewalInfo>& answer) {
  if (!meta_ || (!answer && answer.error().kind == ErrorKind::cancelled)) return;
  const double chance = services_.random->fraction();
  if (!answer) {
    const bool none = answer.error().kind == ErrorKind::not_found;
    state_.next_poll =
        now() + (none ? no_answer_poll_pause(chance) : failed_poll_pause(answer.error().retry_after, chance));
    return save_state();
  }
  state_.next_poll = now() + poll_pause(answer->retry_after, chance);
  const auto planned = state_.renew_at;
  if (is_usable({answer->start, answer->end}, *current_)) adopt(*answer);
  save_state();
  if (state_.renew_at != planned) changed_.notify();
}

}  // namespace acme
