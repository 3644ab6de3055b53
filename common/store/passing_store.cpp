#include "common/store/passing_store.hpp"

#include "common/base/text.hpp"
#include "common/store/record_clones.hpp"

namespace acme {

Result<std::optional<StoredAccount>> PassingStore::load_account(const std::string& issuer) {
  const auto found = accounts_.find(issuer);
  if (found == accounts_.end()) return std::optional<StoredAccount>{};
  return std::optional<StoredAccount>{clone(found->second)};
}

Status PassingStore::save_account(const std::string& issuer, const StoredAccount& account) {
  accounts_.insert_or_assign(issuer, clone(account));
  return {};
}

Result<std::optional<StoredCertificate>> PassingStore::load_certificate(const std::string& id) {
  const auto found = certificates_.find(id);
  if (found == certificates_.end() || found->second.empty()) return std::optional<StoredCertificate>{};
  return std::optional<StoredCertificate>{clone(found->second.rbegin()->second)};
}

Result<StoredCertificate> PassingStore::load_version(const std::string& id, std::uint64_t version) {
  const auto found = certificates_.find(id);
  if (found == certificates_.end() || found->second.count(version) == 0) {
    return Error{ErrorKind::not_found, cat("there is no version ", version, " of ", id)};
  }
  return clone(found->second.at(version));
}

std::vector<std::uint64_t> PassingStore::version_numbers(const std::string& id) {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, certificate] : certificates_[id]) numbers.push_back(number);
  return numbers;
}

Result<std::vector<std::string>> PassingStore::certificate_ids() {
  std::vector<std::string> ids;
  for (const auto& [id, versions] : certificates_) ids.push_back(id);
  return ids;
}

Status PassingStore::remove_certificate(const std::string& id) {
  certificates_.erase(id);
  states_.erase(id);
  orders_.erase(id);
  return {};
}

Result<std::uint64_t> PassingStore::save_certificate(const std::string& id, const StoredCertificate& certificate) {
  auto& versions = certificates_[id];
  const std::uint64_t number = versions.empty() ? 1 : versions.rbegin()->first + 1;
  StoredCertificate made = clone(certificate);
  made.version = number;
  versions.emplace(number, std::move(made));
  return number;
}

void PassingStore::prune_certificate(const std::string&, UtcTime) {}

CertificateState PassingStore::load_state(const std::string& id, std::string*) { return states_[id]; }

Status PassingStore::save_state(const std::string& id, const CertificateState& state) {
  states_[id] = state;
  return {};
}

Result<std::optional<StoredOrder>> PassingStore::load_order(const std::string& id) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return std::optional<StoredOrder>{};
  return std::optional<StoredOrder>{clone(found->second)};
}

Status PassingStore::save_order(const std::string& id, const StoredOrder& order) {
  orders_.insert_or_assign(id, clone(order));
  return {};
}

Status PassingStore::remove_order(const std::string& id) {
  orders_.erase(id);
  return {};
}

}  // namespace acme
