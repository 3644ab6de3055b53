#include "tests/fakes/memory_store.hpp"

#include <algorithm>
#include <iterator>

#include "common/store/record_clones.hpp"

namespace acme_test {

using namespace acme;

void MemoryStore::fail_next(const std::string& call, Error error, int skip) {
  failures_[call] = {std::move(error), skip, false};
}

void MemoryStore::fail_always(const std::string& call, Error error) { failures_[call] = {std::move(error), 0, true}; }

int MemoryStore::calls(const std::string& call) const {
  const auto found = calls_.find(call);
  return found == calls_.end() ? 0 : found->second;
}

std::size_t MemoryStore::versions(const std::string& id) const {
  const auto found = certificates_.find(id);
  return found == certificates_.end() ? 0 : found->second.size();
}

std::optional<Error> MemoryStore::called(std::string_view call) {
  const auto counted = calls_.find(call);
  if (counted == calls_.end()) {
    calls_.emplace(call, 1);
  } else {
    ++counted->second;
  }
  if (failures_.empty()) return std::nullopt;
  const auto found = failures_.find(call);
  if (found == failures_.end() || found->second.skip-- > 0) return std::nullopt;
  Error error = found->second.error;
  if (!found->second.always) failures_.erase(found);
  return error;
}

Result<std::optional<StoredAccount>> MemoryStore::load_account(const std::string& issuer) {
  if (auto error = called("load_account")) return std::move(*error);
  const auto found = accounts_.find(issuer);
  if (found == accounts_.end()) return std::optional<StoredAccount>{};
  return std::optional<StoredAccount>{clone(found->second)};
}

Status MemoryStore::save_account(const std::string& issuer, const StoredAccount& account) {
  if (auto error = called("save_account")) return std::move(*error);
  accounts_.insert_or_assign(issuer, clone(account));
  return {};
}

Result<std::optional<StoredCertificate>> MemoryStore::load_certificate(const std::string& id) {
  if (auto error = called("load_certificate")) return std::move(*error);
  const auto found = certificates_.find(id);
  if (found == certificates_.end()) return std::optional<StoredCertificate>{};
  return std::optional<StoredCertificate>{clone(found->second.rbegin()->second)};
}

Result<StoredCertificate> MemoryStore::load_version(const std::string& id, std::uint64_t version) {
  if (auto error = called("load_version")) return std::move(*error);
  const auto found = certificates_[id].find(version);
  if (found == certificates_[id].end()) return Error{ErrorKind::not_found, "no such version"};
  return clone(found->second);
}

std::vector<std::uint64_t> MemoryStore::version_numbers(const std::string& id) {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, certificate] : certificates_[id]) numbers.push_back(number);
  return numbers;
}

Result<std::vector<std::string>> MemoryStore::certificate_ids() {
  if (auto error = called("certificate_ids")) return std::move(*error);
  std::vector<std::string> ids;
  for (const auto& [id, versions] : certificates_) {
    if (!versions.empty()) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Status MemoryStore::remove_certificate(const std::string& id) {
  if (auto error = called("remove_certificate")) return std::move(*error);
  certificates_.erase(id);
  states_.erase(id);
  orders_.erase(id);
  return {};
}

Result<std::uint64_t> MemoryStore::save_certificate(const std::string& id, const StoredCertificate& certificate) {
  if (auto error = called("save_certificate")) return std::move(*error);
  auto& versions = certificates_[id];
  const std::uint64_t version = versions.empty() ? 1 : versions.rbegin()->first + 1;
  versions[version] = clone(certificate);
  versions[version].version = version;
  return version;
}

void MemoryStore::prune_certificate(const std::string& id, UtcTime now) {
  (void)called("prune_certificate");
  auto& versions = certificates_[id];
  if (versions.size() <= 3) return;
  for (auto old = versions.begin(); old != std::prev(versions.end(), 3);) {
    const bool young = old->second.meta.issued_at + std::chrono::hours{24} > now;
    old = young ? std::next(old) : versions.erase(old);
  }
}

CertificateState MemoryStore::load_state(const std::string& id, std::string* healed) {
  if (auto error = called("load_state")) {
    if (healed != nullptr) *healed = error->message;
    return {};
  }
  const auto found = states_.find(id);
  return found == states_.end() ? CertificateState{} : found->second;
}

Status MemoryStore::save_state(const std::string& id, const CertificateState& state) {
  if (auto error = called("save_state")) return std::move(*error);
  states_[id] = state;
  return {};
}

Result<std::optional<StoredOrder>> MemoryStore::load_order(const std::string& id) {
  if (auto error = called("load_order")) return std::move(*error);
  const auto found = orders_.find(id);
  if (found == orders_.end()) return std::optional<StoredOrder>{};
  return std::optional<StoredOrder>{clone(found->second)};
}

Status MemoryStore::save_order(const std::string& id, const StoredOrder& order) {
  if (auto error = called("save_order")) return std::move(*error);
  orders_.insert_or_assign(id, clone(order));
  return {};
}

Status MemoryStore::remove_order(const std::string& id) {
  if (auto error = called("remove_order")) return std::move(*error);
  orders_.erase(id);
  return {};
}

}  // namespace acme_test
