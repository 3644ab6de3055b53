#include "common/report/standing_words.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

struct Words {
  std::string_view label;
  std::string_view tone;
  std::string_view meaning;
};

/// By CertificateStanding.
constexpr std::array<Words, kStandings> kWords{{
    {"fine", "good", "A valid certificate, renewed by itself in time."},
    {"waiting", "busy", "No certificate yet; a placeholder that browsers do not trust is served."},
    {"renewing", "busy", "An order at the CA is under way."},
    {"failing", "bad", "The last attempt failed; it is tried again by itself."},
    {"expired", "bad", "Browsers refuse it."},
    {"revoked", "bad", "The CA has declared it invalid."},
    {"not configured", "quiet", "Stored from an earlier configuration; removed some time after it expired."},
    {"expiring", "warn", "Less than a fifth of its lifetime is left, and its renewal failed."},
}};

const Words& words_of(CertificateStanding standing) { return kWords[static_cast<std::size_t>(standing)]; }

/// A certificate that its holder may show: stored, within its dates, not revoked.
bool is_good(const CertificateSummary& certificate) {
  switch (certificate.standing) {
    case CertificateStanding::expired:
    case CertificateStanding::revoked:
    case CertificateStanding::orphan: return false;
    default: return certificate.version > 0;
  }
}

/// What there is now: "valid", "expired"; nothing while there is none.
std::string stored_words(const CertificateSummary& certificate) {
  switch (certificate.standing) {
    case CertificateStanding::expired: return "expired";
    case CertificateStanding::revoked: return "revoked";
    case CertificateStanding::orphan: return "not in the configuration any more";
    case CertificateStanding::expiring: return "valid for a short time still";
    default: return is_good(certificate) ? "valid" : "";
  }
}

std::string_view served_words(const CertificateSummary& certificate) {
  if (certificate.version == 0 || certificate.standing == CertificateStanding::orphan) return "";
  switch (certificate.served) {
    case ServedState::live: return ", live";
    case ServedState::other: return ", but another one is served";
    case ServedState::unreachable: return ", but its listener does not answer";
    case ServedState::unknown: break;
  }
  return "";
}

/// What is being done about it, or went wrong with that.
std::string effort_words(const CertificateSummary& certificate) {
  const bool stored = certificate.version > 0;
  if (certificate.standing == CertificateStanding::ordering) {
    const std::string proved =
        certificate.names > 1 ? cat(", ", certificate.names_proved, " of ", certificate.names, " names proved") : "";
    return cat(stored ? "being renewed" : "being ordered", proved);
  }
  if (certificate.failures == 0) return stored ? "" : "waiting for the first certificate";
  const std::string times = certificate.failures > 1 ? cat(" ", certificate.failures, " times in a row") : "";
  return cat(stored ? "its renewal failed" : "no certificate yet: the order failed", times);
}

}  // namespace

std::string_view standing_label(CertificateStanding standing) { return words_of(standing).label; }
std::string_view standing_meaning(CertificateStanding standing) { return words_of(standing).meaning; }
std::string_view standing_tone(CertificateStanding standing) { return words_of(standing).tone; }

std::string_view served_tone(ServedState served) {
  if (served == ServedState::live) return "good";
  return served == ServedState::unknown ? "quiet" : "warn";
}

std::string_view standing_tone(const CertificateSummary& certificate) {
  const std::string_view served = served_tone(certificate.served);
  return certificate.standing == CertificateStanding::valid && served == "warn" ? served
                                                                                : standing_tone(certificate.standing);
}

std::string state_words(const CertificateSummary& certificate) {
  const std::string stored = cat(stored_words(certificate), served_words(certificate));
  const std::string effort = effort_words(certificate);
  return cat(stored, stored.empty() || effort.empty() ? "" : "; ", effort);
}

std::string_view next_event_words(const CertificateSummary& certificate) {
  if (certificate.standing == CertificateStanding::ordering) return "under way";
  if (certificate.standing == CertificateStanding::orphan || !certificate.next) return "nothing by itself";
  if (certificate.failures > 0) return "next attempt";
  return certificate.version > 0 ? "renewal" : "first order";
}

}  // namespace acme
