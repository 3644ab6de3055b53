#include "common/runtime/control_rows.hpp"

#include <unistd.h>

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/certificate.hpp"
#include "common/renew/schedule.hpp"
#include "common/runtime/tended_standing.hpp"

namespace acme {

namespace {

std::vector<std::string> values_of(const std::vector<Identifier>& names) {
  std::vector<std::string> values;
  for (const auto& name : names) values.push_back(name.value);
  return values;
}

void add_stored(CertificateRow& row, const VersionMeta& meta, std::uint64_t version) {
  row.version = version;
  row.serial = meta.serial;
  row.issued_by = meta.issuer;
  row.profile = meta.profile;
  row.not_before = meta.not_before;
  row.not_after = meta.not_after;
}

/// Until when it spares the order of one that it covers (runtime/orphans.hpp); a revoked one does not.
std::optional<UtcTime> orphan_due(const CertificateState& state, const StoredCertificate& stored) {
  if (state.revoked) return std::nullopt;
  RenewalFacts facts;
  facts.validity = {stored.meta.not_before, stored.meta.not_after};
  facts.issued_at = stored.meta.issued_at;
  const bool chosen = state.renew_at && state.renew_at_version == stored.version;
  return std::min(chosen ? *state.renew_at : choose_renewal(facts).time, emergency_time(facts.validity));
}

}  // namespace

CertificateRow configured_row(const CertificateConfig& config) {
  CertificateRow row;
  row.id = config.id;
  row.name = config.first_name;
  row.names = values_of(config.names);
  row.issuer = config.issuer;
  row.key_type = to_string(config.key_type);
  row.challenges = config.challenges;
  return row;
}

CertificateRow certificate_row(TendedCertificate& tended, const std::string& live, UtcTime now) {
  CertificateRow row = configured_row(tended.config());
  if (tended.meta()) add_stored(row, *tended.meta(), tended.version());
  row.standing = standing_of(tended, now);
  if (row.version > 0 && ::access((live + "/fullchain.pem").c_str(), F_OK) == 0) row.path = live;
  const CertificateState& state = tended.state();
  row.next = next_attempt(tended);
  row.reason = next_reason(tended);
  if (state.renewal_held) return row;
  row.failures = state.failures;
  if (state.failures > 0 || state.preflight_until) {
    row.last_error = state.last_error;
    row.hint = state.last_hint;
    row.last_error_type = state.last_error_type;
  }
  return row;
}

std::optional<CertificateRow> orphan_row(Store& store, const std::string& id) {
  const auto stored = store.load_certificate(id);
  if (!stored || !stored->has_value()) return std::nullopt;
  CertificateRow row;
  row.id = id;
  add_stored(row, (*stored)->meta, (*stored)->version);
  row.names = values_of((*stored)->meta.names);
  row.name = row.names.empty() ? id : row.names.front();
  const auto key = PrivateKey::from_pem((*stored)->key_pem.view());
  if (key) row.key_type = to_string(key->type());
  row.standing = CertificateStanding::orphan;
  row.next = orphan_due(store.load_state(id, nullptr), **stored);
  return row;
}

IssuerRow configured_row(const IssuerConfig& config) {
  IssuerRow row;
  row.name = config.name;
  row.directory = config.uri;
  row.staging = config.staging_uri;
  row.contact = config.contact;
  if (config.external_account) row.external_account_id = config.external_account->kid;
  row.profile = config.profile;
  row.preferred_chain = config.preferred_chain;
  // A proxy's URL may hold a password.
  const auto at = config.proxy.rfind('@');
  row.proxy = at == std::string::npos ? config.proxy : "..." + config.proxy.substr(at);
  row.fallback = config.fallback;
  row.challenges = config.challenges;
  for (const auto& provider : config.dns_providers) {
    const std::string zones = join(provider.zones, ", ");
    row.dns_providers.push_back(zones.empty() ? provider.name : cat(provider.name, " for ", zones));
  }
  row.account_key = to_string(config.account_key_type);
  row.account_key_file = config.account_key_file;
  row.verify = config.ssl_verify;
  row.trusted = config.ssl_trusted_certificate;
  return row;
}

}  // namespace acme
