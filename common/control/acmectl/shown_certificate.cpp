#include "common/control/acmectl/shown_certificate.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

/// certbot's words for it.
std::string validity(const CertificateRow& row, UtcTime now) {
  if (row.standing == CertificateStanding::revoked) return "INVALID: REVOKED";
  if (*row.not_after <= now) return "INVALID: EXPIRED";
  return "VALID: " + format_duration(*row.not_after - now);
}

std::string key_type_words(const std::string& type) {
  const auto parts = split(type, ':');
  const std::string algorithm{parts.front()};
  const std::string name = algorithm == "ecdsa" ? "ECDSA" : algorithm == "rsa" ? "RSA" : algorithm;
  return parts.size() == 2 ? cat(name, " ", parts[1]) : name;
}

/// "valid, live"; the details are for lines of their own.
std::string shown_state(const CertificateRow& row) {
  const std::string standing = standing_name(row.standing);
  switch (row.served) {
    case ServedState::live: return standing + ", live";
    case ServedState::other: return standing + ", not served";
    case ServedState::unreachable: return standing + ", no answer";
    case ServedState::unknown: break;
  }
  return standing;
}

}  // namespace

std::string shown_expiry(const CertificateRow& row, UtcTime now) {
  if (!row.not_after) return "-";
  const Seconds left = *row.not_after - now;
  const std::string rest = left.count() > 0 ? format_duration(left) : cat("expired ", format_duration(-left), " ago");
  return cat(format_rfc3339(*row.not_after).substr(0, 10), " (", rest, ")");
}

std::string shown_next(const CertificateRow& row, UtcTime now) {
  if (row.standing == CertificateStanding::orphan) return "nothing: in no configuration";
  const bool soon = row.next && *row.next <= now;
  const std::string when = !row.next ? "not by itself" : soon ? "now" : format_for_people(*row.next);
  return row.reason.empty() ? when : cat(when, ", ", row.reason);
}

std::vector<std::string> status_heading() { return {"NAME", "STATE", "EXPIRES", "ISSUER", "KEY", "NEXT"}; }

std::vector<std::string> status_cells(const CertificateRow& row, UtcTime now) {
  const std::string more = row.names.size() > 1 ? cat(" +", row.names.size() - 1) : "";
  const std::string issuer = !row.issued_by.empty() ? row.issued_by : row.issuer;
  return {row.name + more, shown_state(row), shown_expiry(row, now), issuer, row.key_type, shown_next(row, now)};
}

std::vector<std::string> certificate_lines(const CertificateRow& row, UtcTime now) {
  std::vector<std::string> lines;
  const auto add = [&lines](const char* label, const std::string& text) {
    if (!text.empty()) lines.push_back(cat("    ", label, ": ", text));
  };
  lines.push_back(cat("  Certificate Name: ", row.name));
  add("Id", row.id);
  add("Serial Number", row.serial);
  add("Key Type", key_type_words(row.key_type));
  add("Identifiers", join(row.names, " "));
  add("Issuer", !row.issued_by.empty() ? row.issued_by : row.issuer);
  add("Profile", row.profile);
  if (row.not_after) {
    std::string expiry = format_rfc3339(*row.not_after);
    expiry[10] = ' ';
    expiry.resize(19);
    add("Expiry Date", cat(expiry, "+00:00 (", validity(row, now), ")"));
  } else {
    add("Expiry Date", "none yet: a placeholder is served");
  }
  if (!row.path.empty()) {
    add("Certificate Path", row.path + "/fullchain.pem");
    add("Private Key Path", row.path + "/privkey.pem");
  }
  add("Served", row.served == ServedState::live ? cat("live, ", row.served_detail) : row.served_detail);
  add("Next Renewal", shown_next(row, now));
  add("Last Error", row.last_error);
  add("What To Do", row.hint);
  return lines;
}

bool serves_another(const CertificateRow& row) {
  return row.served == ServedState::other || row.served == ServedState::unreachable;
}

std::string shown_error(const CertificateRow& row) {
  return row.hint.empty() ? row.last_error : cat(row.last_error, " (", row.hint, ")");
}

}  // namespace acme
