// Synthetic certificates: a status directory as a server with many virtual hosts would have it, without the server.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/base/text.hpp"
#include "common/report/status_files.hpp"
#include "common/store/file_io.hpp"

namespace acme_bench {

constexpr acme::Seconds kDay{86400};

/// In a hundred one each is new, being ordered, failing, expiring and revoked; the others are valid.
inline void set_standing(acme::CertificateSummary& summary, std::size_t number, acme::UtcTime now) {
  using acme::CertificateStanding;
  summary.standing = CertificateStanding::valid;
  summary.served = acme::ServedState::live;
  const std::size_t kind = number % 100;
  if (kind == 13) {
    summary.standing = CertificateStanding::none;
    summary.version = 0;
    summary.not_before = summary.not_after = summary.renew_at = std::nullopt;
    summary.window_start = summary.window_end = std::nullopt;
    summary.served = acme::ServedState::unknown;
  } else if (kind == 31) {
    summary.standing = CertificateStanding::ordering;
    summary.names_proved = 1;
  } else if (kind == 47 || kind == 48) {
    summary.standing = kind == 47 ? CertificateStanding::failing : CertificateStanding::expiring;
    summary.failures = 3;
    summary.error_type = "connection";
    summary.next = now + acme::Seconds{600};
  } else if (kind == 77) {
    summary.standing = CertificateStanding::revoked;
  }
}

inline acme::CertificateSummary synthetic_summary(std::size_t number, acme::UtcTime now) {
  acme::CertificateSummary summary;
  const std::string digits = std::to_string(100000 + number);
  summary.name = acme::cat("shop-", digits.substr(1), ".customers.example.org");
  summary.id = acme::cat(summary.name, "-", digits, "cafe");
  summary.names = 2;
  summary.issuer = number % 4 == 0 ? "zerossl" : "letsencrypt";
  summary.key_type = number % 10 == 0 ? "rsa:2048" : "ecdsa:256";
  summary.not_before = now - kDay * static_cast<std::int64_t>(number % 60);
  summary.not_after = *summary.not_before + 90 * kDay;
  summary.renew_at = *summary.not_before + 60 * kDay;
  summary.window_start = *summary.renew_at - kDay;
  summary.window_end = *summary.renew_at + kDay;
  summary.next = summary.renew_at;
  summary.version = 1 + number % 7;
  set_standing(summary, number, now);
  return summary;
}

inline acme::Attempt synthetic_attempt(const acme::CertificateDetail& detail, acme::UtcTime now) {
  acme::Attempt attempt;
  attempt.begun = detail.summary.not_before.value_or(now);
  attempt.took = std::chrono::milliseconds{4200};
  attempt.succeeded = detail.summary.failures == 0;
  attempt.issuer = detail.summary.issuer;
  attempt.steps = {{"order", attempt.begun, std::chrono::milliseconds{300}, false, ""},
                   {"validation", attempt.begun, std::chrono::milliseconds{3900}, !attempt.succeeded, ""}};
  for (const auto& name : detail.names) {
    attempt.names.push_back({name, acme::NameStage::valid, "http-01", ""});
  }
  return attempt;
}

/// The same at each run, but for the moment.
inline acme::CertificateDetail synthetic_detail(std::size_t number, acme::UtcTime now) {
  acme::CertificateDetail detail;
  acme::CertificateSummary& summary = detail.summary;
  summary = synthetic_summary(number, now);
  detail.names = {summary.name, "www." + summary.name};
  detail.challenges = {"http-01", "tls-alpn-01"};
  detail.issued_by = summary.issuer;
  detail.serial = acme::cat("03", 100000 + number, "beef");
  detail.fingerprint = acme::to_hex(std::vector<std::uint8_t>(32, static_cast<std::uint8_t>(number)));
  detail.reason = summary.failures > 0 ? "the last attempt failed" : "two thirds of its lifetime are over";
  if (summary.not_after) {
    detail.chain = {{summary.name, "R11", *summary.not_after}, {"R11", "ISRG Root X1", now + 700 * kDay}};
    detail.history = {{summary.version, summary.issuer, detail.serial, detail.fingerprint, *summary.not_before,
                       *summary.not_before, *summary.not_after, 2, std::chrono::milliseconds{4200}}};
  }
  if (summary.failures > 0) {
    detail.last_error = acme::cat("http-01 for ", summary.name, ": 192.0.2.7: Connection refused");
    detail.hint = "nothing accepts connections on port 80 of 192.0.2.7: open it in the firewall";
  }
  if (number % 3 == 0) detail.attempt = synthetic_attempt(detail, now);
  return detail;
}

inline acme::Overview synthetic_overview(const std::string& state_path, acme::UtcTime now) {
  acme::Overview overview;
  overview.server = "ngx_acme/0.1 nginx/1.22.1";
  overview.state_path = state_path;
  overview.process = 4711;
  overview.since = now - acme::Seconds{86400};
  for (const char* name : {"letsencrypt", "zerossl"}) {
    acme::IssuerHealth issuer;
    issuer.name = name;
    issuer.directory = acme::cat("https://acme.", name, ".test/directory");
    issuer.account_url = issuer.directory + "/account/1";
    issuer.last_success = now - acme::Seconds{60};
    issuer.limits = {{"new_orders", 17, 300, 10800}};
    overview.issuers.push_back(issuer);
  }
  return overview;
}

/// engine/status/ of `count` certificates below `state_path`, made where it is missing.
inline acme::Result<acme::StatusWriter> write_synthetic(const std::string& state_path, std::size_t count,
                                                        acme::UtcTime now) {
  std::filesystem::create_directories(state_path + "/engine");
  std::filesystem::permissions(state_path + "/engine", std::filesystem::perms::owner_all);
  const auto engine = acme::open_directory(state_path + "/engine");
  if (!engine) return engine.error();
  auto writer = acme::StatusWriter::open(engine->get());
  if (!writer) return writer;
  std::vector<acme::CertificateSummary> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(synthetic_summary(i, now));
  auto begun = writer->begin(std::move(all), now);
  if (!begun) return begun.error();
  for (std::size_t i = 0; i < count; ++i) {
    auto saved = writer->save_detail(synthetic_detail(i, now));
    if (!saved) return std::move(saved).error();
  }
  acme::Counters counters;
  counters.request("letsencrypt", 200);
  counters.reload("asked");
  auto saved = writer->save_overview(synthetic_overview(state_path, now));
  if (saved) saved = writer->save_counters(counters);
  if (!saved) return std::move(saved).error();
  return writer;
}

}  // namespace acme_bench
