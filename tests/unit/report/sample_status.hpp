// A status as an engine with a few days of life would write it, for the tests of what is made from it.
#pragma once

#include <string>

#include "tests/fakes/memory_status.hpp"

namespace acme_test {

inline constexpr acme::UtcTime kSampleNow{acme::Seconds{1'800'000'000}};  // 2027-01-15 08:00:00 UTC

inline acme::CertificateSummary sample_summary(const std::string& name, acme::CertificateStanding standing) {
  using namespace std::chrono;
  acme::CertificateSummary summary;
  summary.id = name + "-1a2b3c4d";
  summary.name = name;
  summary.names = 2;
  summary.issuer = "letsencrypt";
  summary.key_type = "ecdsa:256";
  summary.standing = standing;
  summary.next = kSampleNow + days{10};
  if (standing == acme::CertificateStanding::none) return summary;
  summary.served = acme::ServedState::live;
  summary.version = 3;
  summary.not_before = kSampleNow - days{60};
  summary.not_after = kSampleNow + days{30};
  summary.window_start = kSampleNow + days{9};
  summary.window_end = kSampleNow + days{11};
  summary.renew_at = kSampleNow + days{10};
  if (standing == acme::CertificateStanding::failing) {
    summary.failures = 3;
    summary.next = kSampleNow + minutes{20};
    summary.error_type = "unauthorized";
  }
  return summary;
}

inline acme::IssuerHealth sample_issuer() {
  acme::IssuerHealth issuer;
  issuer.name = "letsencrypt";
  issuer.directory = "https://acme-v02.api.letsencrypt.org/directory";
  issuer.account_url = "https://acme-v02.api.letsencrypt.org/acme/acct/1";
  issuer.failures = 2;
  issuer.failing_since = kSampleNow - acme::Seconds{600};
  issuer.paused_until = kSampleNow + acme::Seconds{600};
  issuer.last_success = kSampleNow - std::chrono::days{1};
  issuer.last_error = "the CA answered 503";
  issuer.hint = "Wait.";
  issuer.limits = {{"new_orders", 12, 300, 10800}};
  return issuer;
}

inline acme::Overview sample_overview() {
  acme::Overview overview;
  overview.server = "ngx_acme/0.1 nginx/1.22.1";
  overview.state_path = "/var/lib/acme/nginx";
  overview.process = 4242;
  overview.since = kSampleNow - std::chrono::days{3};
  overview.written = kSampleNow - acme::Seconds{4};
  overview.last_reload = kSampleNow - std::chrono::days{2};
  overview.issuers = {sample_issuer()};
  return overview;
}

inline acme::Attempt sample_attempt() {
  using std::chrono::milliseconds;
  acme::Attempt attempt;
  attempt.begun = kSampleNow - acme::Seconds{5};
  attempt.issuer = "letsencrypt";
  attempt.reason = "a third of its lifetime is left";
  attempt.steps = {{"account", attempt.begun, milliseconds{120}, false, ""},
                   {"order", attempt.begun, milliseconds{2345}, false, "2 names"},
                   {"validation", attempt.begun + acme::Seconds{3}, {}, false, ""}};
  attempt.names = {{"example.org", acme::NameStage::valid, "http-01", ""},
                   {"www.example.org", acme::NameStage::validating, "http-01", ""}};
  return attempt;
}

/// All there is about a certificate.
inline void fill_detail(acme::CertificateDetail& detail) {
  const acme::CertificateSummary& summary = detail.summary;
  detail.names = {summary.name, "www." + summary.name};
  detail.challenges = {"http-01", "tls-alpn-01"};
  detail.issued_by = "zerossl";
  detail.profile = "classic";
  detail.serial = "03ab";
  detail.fingerprint = std::string(64, 'a');
  detail.chain = {{"CN=" + summary.name, "CN=R11", kSampleNow + std::chrono::days{30}},
                  {"CN=R11", "CN=Root X1", kSampleNow + std::chrono::days{900}}};
  detail.path = "/var/lib/acme/nginx/live/" + summary.name;
  detail.reason = "the CA suggests it";
  detail.served_detail = "the listener at [::1]:443 serves it";
  detail.served_checked = kSampleNow - acme::Seconds{90};
  detail.last_error = "the CA could not validate www." + summary.name + ": connection: timeout";
  detail.hint = "Open port 80.";
  detail.attempt = sample_attempt();
  detail.history = {
      {3, "zerossl", "03ab", std::string(64, 'a'), kSampleNow - std::chrono::days{60},
       kSampleNow - std::chrono::days{60}, kSampleNow + std::chrono::days{30}, 2, std::chrono::milliseconds{8500}},
      {2,
       "letsencrypt",
       "02ab",
       std::string(64, 'b'),
       kSampleNow - std::chrono::days{120},
       kSampleNow - std::chrono::days{120},
       kSampleNow - std::chrono::days{30},
       2,
       {}}};
}

/// One certificate of each standing, all with details: "valid.example", "failing.example", ...
inline MemoryStatus sample_status() {
  MemoryStatus status;
  status.shown = sample_overview();
  for (std::size_t i = 0; i < acme::kStandings; ++i) {
    const auto standing = static_cast<acme::CertificateStanding>(i);
    fill_detail(status.add(sample_summary(std::string{acme::standing_name(standing)} + ".example", standing)));
  }
  status.count();
  return status;
}

}  // namespace acme_test
