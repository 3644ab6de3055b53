#include "common/runtime/renewal_operations.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/runtime/selection.hpp"

namespace acme {

namespace {

constexpr Duration kLook = std::chrono::milliseconds{100};
constexpr Seconds kPatienceForPoll{10};
constexpr Seconds kPutOff{120};

void tell(Conversation& conversation, LogLevel level, std::string line) {
  conversation.say(ControlProgress{level, std::move(line)});
}

std::string in_brackets(const std::string& hint) { return hint.empty() ? hint : cat(" (", hint, ")"); }

/// Nothing was tried: why, and when it is.
void tell_waiting(const TendedCertificate& tended, UtcTime next, Conversation& conversation) {
  const CertificateState& state = tended.state();
  const std::string when = format_for_people(next);
  const std::string& name = tended.config().first_name;
  if (state.failures > 0) {
    tell(conversation, LogLevel::warn,
         cat(name, ": not tried before ", when, ": ", state.last_error, in_brackets(state.last_hint)));
  } else {
    const std::string why = tended.renew_reason().empty() ? "" : cat(" (", tended.renew_reason(), ")");
    tell(conversation, LogLevel::notice, cat(name, ": not due before ", when, why, "; --force orders it now"));
  }
}

/// The CA is being asked whether it would like the certificate renewed now.
bool is_being_asked(TendedCertificate& tended, UtcTime now, UtcTime began) {
  const auto poll = tended.next_poll();
  return poll && *poll <= now && now < began + kPatienceForPoll;
}

/// Done with this one: counted.
bool has_ended(AwaitedCertificate& one, UtcTime now, UtcTime began, RenewalOutcome& outcome,
               Conversation& conversation) {
  TendedCertificate& tended = *one.tended;
  if (tended.version() > one.version_before) {
    ++outcome.renewed;
    return true;
  }
  const UtcTime next = tended.next_moment();
  if (tended.under_way() || next <= now) {  // or it waits for its turn
    one.attempted = true;
    return false;
  }
  const bool failed = tended.state().failures > 0;
  if (!one.attempted && !failed && is_being_asked(tended, now, began)) return false;
  // For a moment, because others validate its names.
  if (one.attempted && !failed && next < now + kPutOff) return false;
  if (!one.attempted) tell_waiting(tended, next, conversation);
  if (!one.attempted && !failed) {
    ++outcome.not_due;
    return true;
  }
  if (outcome.failed++ == 0) {
    const std::string why = failed ? tended.state().last_error : cat("not ordered before ", format_for_people(next));
    const std::string& name = tended.config().first_name;
    if (failed) outcome.first_hint = tended.state().last_hint;
    outcome.first_failure = why.starts_with(name) ? why : cat(name, ": ", why);
  }
  return true;
}

ControlEnd end_of(const RenewalOutcome& outcome) {
  if (outcome.cut_off) return control_failure(ControlFailure::stopping, "the engine is stopping");
  if (outcome.failed > 0) {
    const std::string rest = outcome.failed > 1 ? cat(" (and ", outcome.failed - 1, " more)") : "";
    return control_failure(ControlFailure::failed, outcome.first_failure + rest, outcome.first_hint);
  }
  ControlEnd end;
  end.message = cat(outcome.renewed, " renewed, ", outcome.not_due, " not due");
  return end;
}

}  // namespace

EngineLog::Following follow_certificates(const OperationTools& tools,
                                         const std::vector<TendedCertificate*>& certificates,
                                         Conversation& conversation) {
  std::set<std::string> subjects;
  for (TendedCertificate* tended : certificates) {
    subjects.insert(tended->config().first_name);
    subjects.insert("issuer " + tended->issuer().config().name);
    for (const auto& fallback : tended->config().fallback) subjects.insert("issuer " + fallback);
  }
  return tools.log->follow([subjects = std::move(subjects), &conversation](LogLevel level, const std::string& line) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos || level == LogLevel::debug) return;
    if (subjects.count(line.substr(0, colon)) > 0) tell(conversation, level, line);
  });
}

Task<RenewalOutcome> await_renewals(const OperationTools& tools, std::vector<AwaitedCertificate> awaited,
                                    Conversation& conversation) {
  RenewalOutcome outcome;
  const UtcTime began = tools.scheduler->clock().now();
  while (!awaited.empty()) {
    const UtcTime now = tools.scheduler->clock().now();
    std::erase_if(awaited, [&](AwaitedCertificate& one) { return has_ended(one, now, began, outcome, conversation); });
    if (awaited.empty()) break;
    const Wake wake = co_await tools.scheduler->sleep_for(kLook);
    outcome.cut_off = wake == Wake::cancelled || conversation.over();
    if (outcome.cut_off) break;
  }
  co_return outcome;
}

Task<ControlEnd> renew_now(const OperationTools& tools, const ControlRequest& request, Conversation& conversation) {
  Selection selection = select_certificates(*tools.engine, request.name);
  if (selection.problem) co_return *selection.problem;
  const auto following = follow_certificates(tools, selection.certificates, conversation);
  std::vector<AwaitedCertificate> awaited;
  for (TendedCertificate* tended : selection.certificates) {
    awaited.push_back({tended, tended->version(), false});
    tended->order_now(request.force);
  }
  auto task = await_renewals(tools, std::move(awaited), conversation);
  auto outcome = co_await std::move(task);
  co_return end_of(outcome);
}

}  // namespace acme
