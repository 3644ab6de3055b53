// The record of a certificate's renewal, state.json.
#include <algorithm>
#include <limits>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/store/record_fields.hpp"
#include "common/store/records.hpp"

namespace acme {

namespace {

JsonBuilder window_to_json(const SuggestedWindow& window) {
  auto object = JsonBuilder::object();
  object.set("start", format_rfc3339(window.start)).set("end", format_rfc3339(window.end));
  object.set("chosen", format_rfc3339(window.chosen)).set("explanation", window.explanation_url);
  return object;
}

std::optional<SuggestedWindow> window_of(const Json& value) {
  const auto start = time_of(value["start"]);
  const auto end = time_of(value["end"]);
  const auto chosen = time_of(value["chosen"]);
  if (!start || !end || !chosen) return std::nullopt;
  return SuggestedWindow{*start, *end, *chosen, value["explanation"].string().value_or("")};
}

JsonBuilder proofs_to_json(const NameProofs& proofs) {
  auto object = JsonBuilder::object();
  for (const auto& [name, proof] : proofs) {
    if (proof.worked.empty() && proof.failed.empty()) continue;
    auto failed = JsonBuilder::array();
    for (const auto& type : proof.failed) failed.add(type);
    auto entry = JsonBuilder::object();
    entry.set("worked", proof.worked).set("failed", std::move(failed));
    object.set(name.c_str(), std::move(entry));
  }
  return object;
}

/// Only types that are known: whatever else stands there is no memory of ours.
NameProofs proofs_of(const Json& value) {
  NameProofs proofs;
  for (const auto& name : value.keys()) {
    const Json entry = value[name.c_str()];
    NameProof proof;
    proof.worked = entry["worked"].string().value_or("");
    if (!is_challenge_type(proof.worked)) proof.worked.clear();
    for (const auto& type : strings_of(entry["failed"])) {
      const bool known = std::find(proof.failed.begin(), proof.failed.end(), type) != proof.failed.end();
      if (is_challenge_type(type) && !known) proof.failed.push_back(type);
    }
    if (!proof.worked.empty() || !proof.failed.empty()) proofs[name] = std::move(proof);
  }
  return proofs;
}

/// 0: also what no counter of ours reaches.
std::uint32_t counter_of(const Json& value) {
  const auto count = value.integer().value_or(0);
  const bool in_range = count > 0 && count <= std::numeric_limits<std::uint32_t>::max();
  return in_range ? static_cast<std::uint32_t>(count) : 0;
}

}  // namespace

std::string state_to_json(const CertificateState& state) {
  auto object = JsonBuilder::object();
  set_time(object, "renewAt", state.renew_at);
  object.set("renewAtVersion", static_cast<std::int64_t>(state.renew_at_version));
  object.set("renewReason", state.renew_reason);
  if (state.suggested) object.set("suggested", window_to_json(*state.suggested));
  set_time(object, "nextPoll", state.next_poll);
  object.set("revoked", state.revoked).set("renewalHeld", state.renewal_held).set("issuer", state.issuer);
  object.set("failures", static_cast<std::int64_t>(state.failures));
  object.set("issuerFailures", static_cast<std::int64_t>(state.issuer_failures));
  object.set("rounds", static_cast<std::int64_t>(state.rounds));
  auto holds = JsonBuilder::object();
  for (const auto& [issuer, until] : state.holds) holds.set(issuer.c_str(), format_rfc3339(until));
  object.set("holds", std::move(holds)).set("expiringTold", static_cast<std::int64_t>(state.expiring_told));
  set_time(object, "nextTry", state.next_try);
  object.set("heldByCa", state.held_by_ca);
  object.set("lastError", state.last_error).set("lastErrorType", state.last_error_type);
  object.set("lastHint", state.last_hint);
  set_time(object, "lastAttempt", state.last_attempt);
  object.set("preflightDelays", static_cast<std::int64_t>(state.preflight_delays));
  set_time(object, "preflightSince", state.preflight_since);
  set_time(object, "preflightUntil", state.preflight_until);
  object.set("preflightMisled", state.preflight_misled);
  auto failed = JsonBuilder::object();
  for (const auto& [name, times] : state.failed_validations) {
    auto array = JsonBuilder::array();
    for (const auto time : times) array.add(format_rfc3339(time));
    failed.set(name.c_str(), std::move(array));
  }
  object.set("failedValidations", std::move(failed)).set("proofs", proofs_to_json(state.proofs));
  return object.text();
}

Result<CertificateState> parse_state(std::string_view json) {
  const auto object = Json::parse(json);
  if (!object) return object.error();
  CertificateState state;
  state.renew_at = time_of((*object)["renewAt"]);
  state.renew_at_version = count_of((*object)["renewAtVersion"]);
  state.renew_reason = (*object)["renewReason"].string().value_or("");
  state.suggested = window_of((*object)["suggested"]);
  state.next_poll = time_of((*object)["nextPoll"]);
  state.revoked = (*object)["revoked"].boolean().value_or(false);
  state.renewal_held = state.revoked && (*object)["renewalHeld"].boolean().value_or(false);
  state.issuer = (*object)["issuer"].string().value_or("");
  state.failures = counter_of((*object)["failures"]);
  state.issuer_failures = counter_of((*object)["issuerFailures"]);
  state.rounds = counter_of((*object)["rounds"]);
  const Json holds = (*object)["holds"];
  for (const auto& issuer : holds.keys()) {
    if (const auto until = time_of(holds[issuer.c_str()])) state.holds[issuer] = *until;
  }
  state.expiring_told = count_of((*object)["expiringTold"]);
  state.next_try = time_of((*object)["nextTry"]);
  state.held_by_ca = (*object)["heldByCa"].boolean().value_or(false);
  state.last_error = cleaned((*object)["lastError"].string().value_or(""), kMaxLastError);
  state.last_hint = cleaned((*object)["lastHint"].string().value_or(""), kMaxLastHint);
  state.last_error_type = (*object)["lastErrorType"].string().value_or("");
  state.last_attempt = time_of((*object)["lastAttempt"]);
  state.preflight_delays = counter_of((*object)["preflightDelays"]);
  state.preflight_since = time_of((*object)["preflightSince"]);
  state.preflight_until = time_of((*object)["preflightUntil"]);
  state.preflight_misled = (*object)["preflightMisled"].boolean().value_or(false);
  const Json failed = (*object)["failedValidations"];
  for (const auto& name : failed.keys()) {
    for (const auto& time : strings_of(failed[name.c_str()])) {
      if (const auto parsed = parse_rfc3339(time)) state.failed_validations[name].push_back(*parsed);
    }
  }
  state.proofs = proofs_of((*object)["proofs"]);
  return state;
}

}  // namespace acme
