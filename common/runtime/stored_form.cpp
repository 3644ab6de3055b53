#include "common/runtime/stored_form.hpp"

namespace acme {

namespace {

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

}  // namespace

Result<StoredCertificate> to_stored(const IssuedCertificate& issued, const IssuerConfig& issuer, UtcTime now) {
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

}  // namespace acme
