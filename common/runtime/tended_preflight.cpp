// What follows a look before an order: it is put off a few times, or made all the same, or another challenge goes
// first.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/renew/preflight_delay.hpp"
#include "common/runtime/order_preflight.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr std::size_t kToldNames = 5;
constexpr const char* kType = "preflight";

std::string words_for(const std::vector<Finding>& failures) {
  const std::string rest = failures.size() > 1 ? cat(" (and ", failures.size() - 1, " more)") : "";
  return describe(failures.front()) + rest;
}

/// What to do about it is kept, and shown, apart.
std::string causes_of(std::vector<Finding> failures) {
  failures.front().fix.clear();
  return words_for(failures);
}

}  // namespace

bool TendedCertificate::has_order() const {
  const auto order = store().load_order(config_.id);
  return order && order->has_value() && !(*order)->order_url.empty() && (*order)->issuer == issuer().config().name;
}

void TendedCertificate::tell_turned(const PreflightView& view) {
  std::size_t told = 0;
  for (const auto& [name, findings] : view.turned) {
    auto& failed = state_.proofs[name].failed;
    for (const auto& finding : findings) {
      if (std::find(failed.begin(), failed.end(), finding.check) == failed.end()) failed.push_back(finding.check);
    }
    if (findings.empty() || ++told > kToldNames) continue;
    services_.log->notice(cat(config_.first_name, ": ", findings.front().check, " is not tried first for ", name, ": ",
                              describe(findings.front())));
  }
}

void TendedCertificate::put_off(const PreflightView& view, Seconds delay) {
  if (!state_.preflight_since) state_.preflight_since = now();
  ++state_.preflight_delays;
  state_.preflight_until = now() + delay;
  state_.last_error = cleaned(cat("not ordered yet: ", causes_of(view.failures)), kMaxLastError);
  state_.last_error_type = kType;
  state_.last_hint = cleaned(view.failures.front().fix, kMaxLastHint);
  const std::string hint = state_.last_hint.empty() ? "" : cat(" (", state_.last_hint, ")");
  save_state();
  if (recorder_) recorder_->end(Error{ErrorKind::validation, state_.last_error});
  services_.log->warn(cat(config_.first_name, ": ", state_.last_error, hint, "; looked at again in ",
                          format_duration(delay), ", `acmectl renew ", config_.first_name, "` orders it now"));
}

/// They lead here.
void TendedCertificate::clear_preflight() {
  const bool news = state_.preflight_delays > 0 || state_.preflight_misled;
  state_.preflight_delays = 0;
  state_.preflight_since.reset();
  state_.preflight_until.reset();
  state_.preflight_misled = false;
  if (state_.last_error_type == kType) {
    state_.last_error.clear();
    state_.last_error_type.clear();
    state_.last_hint.clear();
  }
  asked_for_ = false;
  if (news) save_state();
}

bool TendedCertificate::note_preflight(const PreflightView& view) {
  tell_turned(view);
  seen_failing_ = !view.failures.empty();
  if (!seen_failing_) {
    clear_preflight();
    return true;
  }
  PreflightFacts facts;
  facts.now = now();
  facts.delays = state_.preflight_delays;
  facts.since = state_.preflight_since;
  facts.left = lifetime_left();
  facts.lifetime = lifetime();
  facts.misled = state_.preflight_misled;
  facts.operators_word = asked_for_;
  if (const auto delay = preflight_delay(facts)) {
    put_off(view, *delay);
    return false;
  }
  state_.preflight_until.reset();
  const char* why = asked_for_                ? "an operator asked for it"
                    : state_.preflight_misled ? "this was so before, and the CA saw it otherwise"
                                              : "it has waited long enough, and a CA may see it otherwise";
  const std::string line = cat(config_.first_name, ": ordered all the same: ", why, ": ", words_for(view.failures));
  asked_for_ = false;
  if (state_.preflight_misled) {
    services_.log->info(line);
  } else {
    services_.log->warn(line);
  }
  return true;
}

}  // namespace acme
