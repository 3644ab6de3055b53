#include "common/runtime/tended_detail.hpp"

#include <algorithm>

#include "common/crypto/certificate.hpp"
#include "common/runtime/tended_standing.hpp"

namespace acme {

namespace {

IssuedVersion issued_version(const VersionMeta& meta, std::uint64_t version) {
  IssuedVersion issued;
  issued.version = version;
  issued.issuer = meta.issuer;
  issued.serial = meta.serial;
  issued.fingerprint = meta.fingerprint;
  issued.issued_at = meta.issued_at;
  issued.not_before = meta.not_before;
  issued.not_after = meta.not_after;
  issued.names = static_cast<std::uint32_t>(meta.names.size());
  return issued;
}

/// The versions that are stored besides the current one, newest first.
std::vector<IssuedVersion> stored_history(TendedCertificate& tended) {
  std::vector<IssuedVersion> history;
  auto numbers = tended.store().version_numbers(tended.config().id);
  std::reverse(numbers.begin(), numbers.end());
  for (const auto number : numbers) {
    if (number >= tended.version() || history.size() == kHistory) continue;
    const auto stored = tended.store().load_version(tended.config().id, number);
    if (stored) history.push_back(issued_version(stored->meta, number));
  }
  return history;
}

/// How long it took, of the attempt that brought the newest.
void note_duration(IssuedVersion& newest, const std::optional<Attempt>& attempt) {
  if (!attempt || !attempt->succeeded || !attempt->took) return;
  const UtcTime end = attempt->begun + std::chrono::ceil<Seconds>(*attempt->took) + Seconds{1};
  if (newest.issued_at >= attempt->begun && newest.issued_at <= end) newest.took = *attempt->took;
}

std::vector<IssuedVersion> history_of(TendedCertificate& tended, const CertificateDetail* before,
                                      const std::optional<Attempt>& attempt) {
  const bool known = before != nullptr && !before->history.empty();
  auto history = known ? before->history : stored_history(tended);
  if (tended.meta()) {
    // A number above is of a store that was put back since.
    std::erase_if(history, [&](const IssuedVersion& one) { return one.version > tended.version(); });
    const bool listed = !history.empty() && history.front().version == tended.version();
    if (!listed) history.insert(history.begin(), issued_version(*tended.meta(), tended.version()));
    note_duration(history.front(), attempt);
  }
  history.resize(std::min(history.size(), kHistory));
  return history;
}

std::vector<ChainEntry> chain_of(TendedCertificate& tended, const CertificateDetail* before) {
  const std::string& fingerprint = tended.meta()->fingerprint;
  if (before != nullptr && !before->chain.empty() && before->fingerprint == fingerprint) return before->chain;
  std::vector<ChainEntry> entries;
  const auto stored = tended.store().load_certificate(tended.config().id);
  if (!stored || !stored->has_value()) return entries;
  const auto chain = CertificateChain::from_pem((*stored)->fullchain_pem);
  for (std::size_t i = 0; chain && i < chain->size(); ++i) {
    const auto facts = read_facts(chain->get(i));
    entries.push_back({subject_name(chain->get(i)), issuer_name(chain->get(i)), facts ? facts->not_after : UtcTime{}});
  }
  return entries;
}

/// One of a life before that did not come to its end.
std::optional<Attempt> closed(std::optional<Attempt> attempt) {
  if (!attempt || attempt->took) return attempt;
  attempt->took = std::chrono::milliseconds{0};
  if (attempt->steps.empty()) return attempt;
  AttemptStep& last = attempt->steps.back();
  // The clock may have been set back in between.
  attempt->took = std::max<std::chrono::milliseconds>(last.begun - attempt->begun, Seconds{0});
  if (last.took) return attempt;
  last.took = std::chrono::milliseconds{0};
  last.failed = true;
  last.detail = "the engine ended before it was over";
  return attempt;
}

void add_stored(CertificateDetail& detail, TendedCertificate& tended, const CertificateDetail* before) {
  if (!tended.meta()) return;
  const VersionMeta& meta = *tended.meta();
  detail.issued_by = meta.issuer;
  detail.profile = meta.profile;
  detail.serial = meta.serial;
  detail.fingerprint = meta.fingerprint;
  detail.chain = chain_of(tended, before);
  // Until somebody looks again.
  if (before == nullptr || before->fingerprint != meta.fingerprint) return;
  detail.summary.served = before->summary.served;
  detail.served_detail = before->served_detail;
  detail.served_checked = before->served_checked;
}

}  // namespace

CertificateSummary summary_of(TendedCertificate& tended, UtcTime now) {
  const CertificateConfig& config = tended.config();
  const CertificateState& state = tended.state();
  CertificateSummary summary;
  summary.id = config.id;
  summary.name = config.first_name;
  summary.names = static_cast<std::uint32_t>(config.names.size());
  summary.issuer = config.issuer;
  summary.key_type = to_string(config.key_type);
  summary.standing = standing_of(tended, now);
  if (tended.meta()) {
    summary.version = tended.version();
    summary.not_before = tended.meta()->not_before;
    summary.not_after = tended.meta()->not_after;
    summary.renew_at = tended.renew_at();
    if (state.suggested) summary.window_start = state.suggested->start;
    if (state.suggested) summary.window_end = state.suggested->end;
  }
  summary.next = next_attempt(tended);
  summary.failures = state.failures;
  if (state.failures > 0 || state.preflight_until) summary.error_type = state.last_error_type;
  return summary;
}

CertificateDetail detail_of(TendedCertificate& tended, DetailFacts facts, UtcTime now) {
  CertificateDetail detail;
  detail.summary = summary_of(tended, now);
  for (const auto& name : tended.config().names) detail.names.push_back(name.value);
  detail.challenges = tended.config().challenges;
  add_stored(detail, tended, facts.before);
  detail.path = std::move(facts.path);
  detail.reason = next_reason(tended);
  const CertificateState& state = tended.state();
  const bool trouble = state.failures > 0 || state.preflight_until;
  if (trouble) detail.last_error = state.last_error;
  if (trouble) detail.hint = state.last_hint;
  detail.attempt = std::move(facts.attempt);
  if (!detail.attempt && facts.before != nullptr) detail.attempt = closed(facts.before->attempt);
  if (detail.attempt && tended.under_way()) {
    const auto proved = [](const NameProgress& name) { return name.stage == NameStage::valid; };
    detail.summary.names_proved =
        static_cast<std::uint32_t>(std::count_if(detail.attempt->names.begin(), detail.attempt->names.end(), proved));
  }
  detail.history = history_of(tended, facts.before, detail.attempt);
  return detail;
}

}  // namespace acme
