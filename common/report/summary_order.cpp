#include "common/report/summary_order.hpp"

#include <algorithm>
#include <tuple>

#include "common/base/text.hpp"

namespace acme {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool holds(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

}  // namespace

bool needs_operator(CertificateStanding standing) {
  switch (standing) {
    case CertificateStanding::failing:
    case CertificateStanding::expiring:
    case CertificateStanding::expired:
    case CertificateStanding::revoked: return true;
    default: return false;
  }
}

std::optional<UtcTime> next_event(const CertificateSummary& summary) {
  if (summary.next) return summary.next;
  return summary.standing == CertificateStanding::expired ? std::nullopt : summary.not_after;
}

bool is_asked_for(CertificateStanding standing, const SummaryQuery& query) {
  const auto& asked = query.standings;
  return asked.empty() || std::find(asked.begin(), asked.end(), standing) != asked.end();
}

bool holds_text(const CertificateSummary& summary, std::string_view part) {
  return holds(summary.name, part) || holds(summary.issuer, part) || holds(summary.id, part);
}

bool comes_before(const CertificateSummary& one, const CertificateSummary& other) {
  return std::tie(one.name, one.id) < std::tie(other.name, other.id);
}

}  // namespace acme
