// PassingStore: a Store in memory, for what is not to be kept: a dry run. Nothing of it outlives the object.
#pragma once

#include <map>

#include "common/store/store.hpp"

namespace acme {

class PassingStore final : public Store {
 public:
  Result<std::optional<StoredAccount>> load_account(const std::string& issuer) override;
  Status save_account(const std::string& issuer, const StoredAccount& account) override;
  Result<std::optional<StoredCertificate>> load_certificate(const std::string& id) override;
  Result<StoredCertificate> load_version(const std::string& id, std::uint64_t version) override;
  std::vector<std::uint64_t> version_numbers(const std::string& id) override;
  Result<std::vector<std::string>> certificate_ids() override;
  Status remove_certificate(const std::string& id) override;
  Result<std::uint64_t> save_certificate(const std::string& id, const StoredCertificate& certificate) override;
  void prune_certificate(const std::string& id, UtcTime now) override;
  CertificateState load_state(const std::string& id, std::string* healed) override;
  Status save_state(const std::string& id, const CertificateState& state) override;
  Result<std::optional<StoredOrder>> load_order(const std::string& id) override;
  Status save_order(const std::string& id, const StoredOrder& order) override;
  Status remove_order(const std::string& id) override;

 private:
  std::map<std::string, StoredAccount> accounts_;
  std::map<std::string, std::map<std::uint64_t, StoredCertificate>> certificates_;
  std::map<std::string, CertificateState> states_;
  std::map<std::string, StoredOrder> orders_;
};

}  // namespace acme
