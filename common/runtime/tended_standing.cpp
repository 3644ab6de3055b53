#include "common/runtime/tended_standing.hpp"

namespace acme {

namespace {

/// From when on a failed renewal is no longer a failure among others.
UtcTime last_fifth(const VersionMeta& meta) { return meta.not_after - (meta.not_after - meta.not_before) / 5; }

}  // namespace

CertificateStanding standing_of(const TendedCertificate& tended, UtcTime now) {
  const auto& meta = tended.meta();
  if (tended.under_way()) return CertificateStanding::ordering;
  if (meta && tended.state().revoked) return CertificateStanding::revoked;
  if (meta && meta->not_after <= now) return CertificateStanding::expired;
  if (tended.state().failures > 0) {
    return meta && last_fifth(*meta) <= now ? CertificateStanding::expiring : CertificateStanding::failing;
  }
  return meta ? CertificateStanding::valid : CertificateStanding::none;
}

std::optional<UtcTime> standing_changes_at(const TendedCertificate& tended, UtcTime now) {
  const auto& meta = tended.meta();
  if (!meta || meta->not_after <= now) return std::nullopt;
  if (tended.state().failures > 0 && last_fifth(*meta) > now) return last_fifth(*meta);
  return meta->not_after;
}

std::optional<UtcTime> next_attempt(TendedCertificate& tended) {
  if (tended.state().renewal_held) return std::nullopt;
  return tended.next_moment();
}

std::string next_reason(const TendedCertificate& tended) {
  if (tended.state().renewal_held) return "held: it was revoked with --no-renew";
  if (tended.state().preflight_until) return "its names do not lead here";
  if (tended.state().failures > 0) return "the last attempt failed";
  if (tended.version() > 0) return tended.renew_reason();
  return tended.spared() ? "the certificate from before covers it" : "there is none yet";
}

}  // namespace acme
