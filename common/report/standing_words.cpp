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

std::string times_in_a_row(std::uint32_t failures) { return failures > 1 ? cat(" ", failures, " times in a row") : ""; }

std::string standing_words(const CertificateSummary& certificate) {
  const bool stored = certificate.version > 0;
  const std::string times = times_in_a_row(certificate.failures);
  switch (certificate.standing) {
    case CertificateStanding::none: return "waiting for the first certificate";
    case CertificateStanding::ordering: return stored ? "valid, being renewed" : "being ordered";
    case CertificateStanding::failing:
      return stored ? cat("valid, but its renewal failed", times) : cat("no certificate yet: the order failed", times);
    case CertificateStanding::expired: return cat("expired", times.empty() ? "" : cat(", renewal failed", times));
    case CertificateStanding::revoked: return "revoked";
    case CertificateStanding::orphan: return "not in the configuration any more";
    case CertificateStanding::expiring: return cat("expires soon, its renewal failed", times);
    case CertificateStanding::valid: break;
  }
  return "valid";
}

std::string served_words(const CertificateSummary& certificate) {
  if (certificate.version == 0 || certificate.standing == CertificateStanding::orphan) return "";
  switch (certificate.served) {
    case ServedState::live: return ", live";
    case ServedState::other: return ", but another one is served";
    case ServedState::unreachable: return ", but its listener does not answer";
    case ServedState::unknown: break;
  }
  return "";
}

}  // namespace

std::string_view standing_label(CertificateStanding standing) { return words_of(standing).label; }
std::string_view standing_meaning(CertificateStanding standing) { return words_of(standing).meaning; }
std::string_view standing_tone(CertificateStanding standing) { return words_of(standing).tone; }

std::string_view standing_tone(const CertificateSummary& certificate) {
  const bool other = certificate.served == ServedState::other || certificate.served == ServedState::unreachable;
  return other && certificate.standing == CertificateStanding::valid ? "warn" : standing_tone(certificate.standing);
}

std::string state_words(const CertificateSummary& certificate) {
  std::string words = standing_words(certificate);
  const bool counted = certificate.standing == CertificateStanding::ordering && certificate.names > 1;
  if (counted) words += cat(", ", certificate.names_proved, " of ", certificate.names, " names proved");
  return words + served_words(certificate);
}

std::string_view next_event_words(const CertificateSummary& certificate) {
  if (certificate.standing == CertificateStanding::ordering) return "under way";
  if (certificate.standing == CertificateStanding::orphan || !certificate.next) return "nothing by itself";
  if (certificate.failures > 0) return "next attempt";
  return certificate.version > 0 ? "renewal" : "first order";
}

}  // namespace acme
