// OrderLevelCa: a CA without JSON, signatures or keys, for simulations of many certificates over long times.
//
// It issues certificates of one lifetime, suggests when to renew them, has outages, refuses now and then, and keeps
// account of what it was asked: whoever breaks one of its limits is found out.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/runtime/certificate_authority.hpp"
#include "tests/fakes/seeded_random.hpp"

namespace acme_test {

struct Span {
  acme::UtcTime from;
  acme::UtcTime to;
  bool contains(acme::UtcTime time) const { return time >= from && time < to; }
};

/// What outlives the engine's object of the CA.
struct OrderLevelRecords {
  acme::Seconds lifetime = std::chrono::days{90};
  std::vector<Span> outages;
  double failures = 0;  // chance of an order to fail
  /// Certificates issued before `moved` are to be renewed within `moved_within` from there on.
  std::optional<acme::UtcTime> moved;
  acme::Seconds moved_within{0};

  std::map<acme::UtcTime, int> orders_by_hour;
  std::unordered_map<std::string, int> issued;          // by certificate id
  std::unordered_map<std::string, acme::UtcTime> ends;  // of the newest certificate
  std::vector<acme::UtcTime> counted_orders;  // without those that replace a certificate; the last three hours
  std::unordered_map<std::string, std::vector<acme::UtcTime>> failed;  // validations of the last hour by name
  std::unordered_map<std::string, std::vector<acme::UtcTime>> same;    // issued in the last week by certificate id
  int polls = 0;
  int refused = 0;
  int limits_broken = 0;
  int expired = 0;  // certificates that ended before the next one was there
};

class OrderLevelCa final : public acme::CertificateAuthority {
 public:
  OrderLevelCa(const acme::IssuerConfig& config, acme::Store& store, Services services, OrderLevelRecords& records)
      : CertificateAuthority{config, store, services}, records_{records} {}

  acme::Task<acme::Result<acme::StoredCertificate>> obtain(acme::CertificateWish wish) override;
  acme::Task<acme::Result<acme::RenewalInfo>> renewal_info(std::string renewal_id) override;

 protected:
  acme::Task<acme::Status> sign_in() override;
  void forget_account() override {}

 private:
  bool is_out() const;
  acme::Status take_order(const acme::CertificateWish& wish);
  acme::StoredCertificate issue(const acme::CertificateWish& wish);

  OrderLevelRecords& records_;
  SeededRandom random_{99};
};

}  // namespace acme_test
