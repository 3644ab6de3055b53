#include "common/store/passing_store.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

StoredAccount copy(const StoredAccount& account) {
  StoredAccount made;
  made.directory_url = account.directory_url;
  made.url = account.url;
  made.contact = account.contact;
  made.external_account_id = account.external_account_id;
  made.orders_url = account.orders_url;
  made.deactivated = account.deactivated;
  made.key_pem = account.key_pem.clone();
  made.next_key_pem = account.next_key_pem.clone();
  return made;
}

StoredCertificate copy(const StoredCertificate& certificate) {
  StoredCertificate made;
  made.version = certificate.version;
  made.fullchain_pem = certificate.fullchain_pem;
  made.key_pem = certificate.key_pem.clone();
  made.meta = certificate.meta;
  return made;
}

StoredOrder copy(const StoredOrder& order) {
  StoredOrder made;
  made.issuer = order.issuer;
  made.directory_url = order.directory_url;
  made.account_url = order.account_url;
  made.names = order.names;
  made.profile = order.profile;
  made.order_url = order.order_url;
  made.started = order.started;
  made.key_pem = order.key_pem.clone();
  return made;
}

}  // namespace

Result<std::optional<StoredAccount>> PassingStore::load_account(const std::string& issuer) {
  const auto found = accounts_.find(issuer);
  if (found == accounts_.end()) return std::optional<StoredAccount>{};
  return std::optional<StoredAccount>{copy(found->second)};
}

Status PassingStore::save_account(const std::string& issuer, const StoredAccount& account) {
  accounts_.insert_or_assign(issuer, copy(account));
  return {};
}

Result<std::optional<StoredCertificate>> PassingStore::load_certificate(const std::string& id) {
  const auto found = certificates_.find(id);
  if (found == certificates_.end() || found->second.empty()) return std::optional<StoredCertificate>{};
  return std::optional<StoredCertificate>{copy(found->second.rbegin()->second)};
}

Result<StoredCertificate> PassingStore::load_version(const std::string& id, std::uint64_t version) {
  const auto found = certificates_.find(id);
  if (found == certificates_.end() || found->second.count(version) == 0) {
    return Error{ErrorKind::not_found, cat("there is no version ", version, " of ", id)};
  }
  return copy(found->second.at(version));
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
  StoredCertificate made = copy(certificate);
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
  return std::optional<StoredOrder>{copy(found->second)};
}

Status PassingStore::save_order(const std::string& id, const StoredOrder& order) {
  orders_.insert_or_assign(id, copy(order));
  return {};
}

Status PassingStore::remove_order(const std::string& id) {
  orders_.erase(id);
  return {};
}

}  // namespace acme
