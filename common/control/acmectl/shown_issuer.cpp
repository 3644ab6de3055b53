#include "common/control/acmectl/shown_issuer.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

void add(std::vector<std::string>& lines, const char* label, const std::string& text) {
  if (!text.empty()) lines.push_back(cat("    ", label, ": ", text));
}

}  // namespace

std::vector<std::string> account_lines(const IssuerRow& row) {
  std::vector<std::string> lines{cat("  Issuer: ", row.name)};
  add(lines, "Directory", row.directory);
  add(lines, "Account URL", row.account_url.empty() ? "none yet" : row.account_url);
  add(lines, "Status", row.account_status);
  add(lines, "Contact", join(row.contact, " "));
  add(lines, "Key Type", row.account_key);
  add(lines, "Key File", row.account_key_file);
  add(lines, "External Account", row.external_account_id);
  return lines;
}

std::vector<std::string> issuer_lines(const IssuerRow& row) {
  std::vector<std::string> lines{cat("  Issuer: ", row.name)};
  add(lines, "Directory", row.directory);
  add(lines, "Staging", row.staging);
  add(lines, "Contact", join(row.contact, " "));
  add(lines, "External Account", row.external_account_id);
  add(lines, "Account Key", row.account_key_file.empty() ? row.account_key : row.account_key_file);
  add(lines, "Profile", row.profile);
  add(lines, "Preferred Chain", row.preferred_chain);
  add(lines, "Proxy", row.proxy);
  add(lines, "Fallback", join(row.fallback, " "));
  add(lines, "Challenges", join(row.challenges, " "));
  add(lines, "DNS Providers", join(row.dns_providers, "; "));
  add(lines, "Trusted Roots", row.trusted);
  if (!row.verify) add(lines, "Verification", "OFF: whoever is in between can issue what he likes");
  return lines;
}

}  // namespace acme
