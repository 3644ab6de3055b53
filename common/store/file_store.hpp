// FileStore: the Store on disk, and the reading half of it that servers use at configuration load
// and at handshakes.
//
//     accounts/<issuer>/   account.json, its key sealed inside
//     certificates/<id>/   <n>/{fullchain.pem,key.sealed,meta.json}  current -> <n>  state.json
//     orders/<id>.json     its key sealed inside
//
// A record and its key are one file, so that they change together.
// Keys are sealed under the secret with their path as context; a certificate's context also holds
// the SHA-256 of its fullchain.pem, so that opening the key proves the chain unchanged too: a server
// that reads as root parses no byte that the engine did not write.
#pragma once

#include <memory>

#include "common/base/unique_fd.hpp"
#include "common/store/store.hpp"

namespace acme {

class FileStore final : public Store {
 public:
  /// `tree`: the directory that holds accounts/, certificates/ and orders/ (engine/, or an issuer's state_path).
  FileStore(UniqueFd tree, Secret secret);
  ~FileStore() override;

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
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The version that certificates/<id>/current points to, by one readlinkat; 0: none. The link's text
/// must be 1 to 9 digits. `tree` as above. No allocation; for the handshake path.
std::uint64_t current_version(int tree, const char* id) noexcept;

/// The ids of all certificates in the tree, sorted.
Result<std::vector<std::string>> stored_certificate_ids(int tree);

/// One version, opened and checked (seal, sizes); meta.json is not read (meta stays empty).
/// ErrorKind::not_found, permission, malformed, crypto (sealed under another secret, or changed since), io.
Result<StoredCertificate> read_version(int tree, const Secret& secret, const std::string& id, std::uint64_t version);

}  // namespace acme
