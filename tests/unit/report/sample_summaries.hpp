// Summaries and details for tests of the status files.
#pragma once

#include <string>
#include <vector>

#include "common/base/text.hpp"
#include "common/report/records.hpp"
#include "tests/fakes/seeded_random.hpp"

namespace acme_test {

inline acme::UtcTime at(std::int64_t seconds) { return acme::UtcTime{acme::Seconds{seconds}}; }

inline acme::CertificateSummary full_summary() {
  acme::CertificateSummary summary;
  summary.id = "www.example.org-0123456789abcdef";
  summary.name = "www.example.org";
  summary.names = 3;
  summary.names_proved = 2;
  summary.issuer = "letsencrypt";
  summary.key_type = "ecdsa:256";
  summary.standing = acme::CertificateStanding::failing;
  summary.served = acme::ServedState::live;
  summary.version = 7;
  summary.not_before = at(1767225600);
  summary.not_after = at(1775001600);
  summary.window_start = at(1772000000);
  summary.window_end = at(1772100000);
  summary.renew_at = at(1772050000);
  summary.next = at(1772060000);
  summary.failures = 4;
  summary.error_type = "rateLimited";
  return summary;
}

/// One of many, all different, of every standing.
inline acme::CertificateSummary some_summary(SeededRandom& random, std::size_t number) {
  acme::CertificateSummary summary;
  summary.name = acme::cat(random.next() % 2 == 0 ? "shop" : "Blog", random.next() % 50, ".example.org");
  summary.id = acme::cat(acme::to_lower(summary.name), "-", number);
  summary.issuer = random.next() % 3 == 0 ? "zerossl" : "letsencrypt";
  summary.key_type = "rsa:2048";
  summary.standing = static_cast<acme::CertificateStanding>(random.next() % acme::kStandings);
  summary.names = static_cast<std::uint32_t>(number);
  if (random.next() % 4 != 0) summary.not_after = at(1800000000 + static_cast<std::int64_t>(random.next() % 1000));
  if (random.next() % 2 == 0) summary.next = at(1790000000 + static_cast<std::int64_t>(random.next() % 1000));
  return summary;
}

inline acme::CertificateDetail full_detail() {
  acme::CertificateDetail detail;
  detail.summary = full_summary();
  detail.names = {"www.example.org", "example.org", "*.example.org"};
  detail.challenges = {"dns-01", "http-01"};
  detail.issued_by = "zerossl";
  detail.profile = "tlsserver";
  detail.serial = "03ab";
  detail.fingerprint = "00ff";
  detail.chain = {{"www.example.org", "R11", at(1775001600)}, {"R11", "ISRG Root X1", at(1805001600)}};
  detail.path = "/var/lib/acme/nginx/live/www.example.org";
  detail.reason = "the last attempt failed";
  detail.served_detail = "127.0.0.1:443 serves one of \"other\"";
  detail.served_checked = at(1772000001);
  detail.last_error = "the CA says <script>alert(1)</script>";
  detail.hint = "open port 80";
  acme::Attempt attempt;
  attempt.begun = at(1772000000);
  attempt.took = std::chrono::milliseconds{1234};
  attempt.issuer = "letsencrypt";
  attempt.reason = "a third of its lifetime is left";
  attempt.steps = {{"order", at(1772000000), std::chrono::milliseconds{200}, false, ""},
                   {"validation", at(1772000001), std::nullopt, true, "connection refused"}};
  attempt.names = {{"www.example.org", acme::NameStage::valid, "http-01", ""},
                   {"example.org", acme::NameStage::failed, "http-01", "connection refused"}};
  detail.attempt = attempt;
  detail.history = {
      {7, "zerossl", "03ab", "00ff", at(1767225700), at(1767225600), at(1775001600), 3, std::chrono::milliseconds{900}},
      {6, "letsencrypt", "03aa", "00fe", at(1757225700), at(1757225600), at(1765001600), 2,
       std::chrono::milliseconds{0}}};
  return detail;
}

}  // namespace acme_test
