// A status of which every metric has a value.
#pragma once

#include "tests/fakes/memory_status.hpp"

namespace acme_test {

inline constexpr acme::UtcTime kSampleNow{acme::Seconds{1801000000}};

inline acme::UtcTime at(std::int64_t seconds) { return acme::UtcTime{acme::Seconds{seconds}}; }

inline acme::IssuerHealth sample_issuer(const char* name, const char* limit, std::uint64_t used,
                                        std::uint64_t allowed) {
  acme::IssuerHealth issuer;
  issuer.name = name;
  issuer.last_success = at(1800500000);
  acme::LimitHeadroom headroom;
  headroom.limit = limit;
  headroom.used = used;
  headroom.allowed = allowed;
  issuer.limits.push_back(headroom);
  return issuer;
}

inline void fill_certificates(MemoryStatus& source) {
  acme::CertificateSummary valid;
  valid.id = "www.example.org-1a2b";
  valid.name = "www.example.org";
  valid.issuer = "letsencrypt";
  valid.key_type = "ecdsa:256";
  valid.standing = acme::CertificateStanding::valid;
  valid.served = acme::ServedState::live;
  valid.not_before = at(1799000000);
  valid.not_after = at(1806776000);
  valid.renew_at = at(1804000000);
  source.add(valid);
  acme::CertificateSummary ordering;
  ordering.id = "shop.example.org-3c4d";
  ordering.name = "shop.example.org";
  ordering.issuer = "spare";
  ordering.standing = acme::CertificateStanding::ordering;
  ordering.failures = 2;
  source.add(ordering);
  source.count();
}

inline void fill_sample(MemoryStatus& source) {
  fill_certificates(source);
  source.shown.server = "ngx_acme/0.1.0 nginx/1.22.1";
  source.shown.since = at(1800000000);
  source.shown.written = kSampleNow - acme::Seconds{10};
  source.shown.issuers = {sample_issuer("letsencrypt", "new_orders", 120, 300),
                          sample_issuer("spare", "failed_validations", 6, 5)};
  acme::IssuerHealth& down = source.shown.issuers.back();
  down.failures = 3;
  down.failing_since = at(1800900000);
  down.paused_until = at(1801000600);
  source.shown.last_reload = at(1800600000);
  source.shown.reload_pending = "nginx.conf changed on disk";
  acme::Counters& counted = source.counted;
  counted.attempts = {
      {{"letsencrypt", "success"}, 7}, {{"letsencrypt", "rateLimited"}, 2}, {{"spare", "transport"}, 3}};
  for (const std::int64_t took : {545, 2500, 1000000}) {
    counted.durations["letsencrypt"].observe(std::chrono::milliseconds{took});
  }
  counted.requests = {{{"letsencrypt", "200"}, 90}, {{"letsencrypt", "429"}, 2}, {{"spare", "none"}, 3}};
  counted.reloads = {{"asked", 3}, {"hindered", 1}};
  counted.notices = {{{"mail", "sent"}, 2}, {{"webhook", "failed"}, 1}};
}

}  // namespace acme_test
