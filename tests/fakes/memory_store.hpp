// MemoryStore: a Store without a disk. Any next call can be told to fail, without effect, as a full
// disk would make it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/store/store.hpp"

namespace acme_test {

class MemoryStore final : public acme::Store {
 public:
  /// The `skip`+1st call of this name from now on ("save_order") fails once with `error`.
  void fail_next(const std::string& call, acme::Error error = {acme::ErrorKind::io, "No space left on device"},
                 int skip = 0);
  /// Every call of this name fails until fail_no_more().
  void fail_always(const std::string& call, acme::Error error = {acme::ErrorKind::io, "No space left on device"});
  void fail_no_more() { failures_.clear(); }
  /// How often a call of this name was made, failed ones too.
  int calls(const std::string& call) const;
  /// How many versions of a certificate are kept.
  std::size_t versions(const std::string& id) const;

  acme::Result<std::optional<acme::StoredAccount>> load_account(const std::string& issuer) override;
  acme::Status save_account(const std::string& issuer, const acme::StoredAccount& account) override;
  acme::Result<std::optional<acme::StoredCertificate>> load_certificate(const std::string& id) override;
  acme::Result<acme::StoredCertificate> load_version(const std::string& id, std::uint64_t version) override;
  std::vector<std::uint64_t> version_numbers(const std::string& id) override;
  acme::Result<std::vector<std::string>> certificate_ids() override;
  acme::Status remove_certificate(const std::string& id) override;
  acme::Result<std::uint64_t> save_certificate(const std::string& id,
                                               const acme::StoredCertificate& certificate) override;
  void prune_certificate(const std::string& id, acme::UtcTime now) override;
  acme::CertificateState load_state(const std::string& id, std::string* healed) override;
  acme::Status save_state(const std::string& id, const acme::CertificateState& state) override;
  acme::Result<std::optional<acme::StoredOrder>> load_order(const std::string& id) override;
  acme::Status save_order(const std::string& id, const acme::StoredOrder& order) override;
  acme::Status remove_order(const std::string& id) override;

 private:
  struct Failure {
    acme::Error error;
    int skip = 0;
    bool always = false;
  };
  /// Counts the call; its error when it is to fail.
  std::optional<acme::Error> called(std::string_view call);

  std::map<std::string, acme::StoredAccount> accounts_;
  std::unordered_map<std::string, std::map<std::uint64_t, acme::StoredCertificate>> certificates_;
  std::unordered_map<std::string, acme::CertificateState> states_;
  std::unordered_map<std::string, acme::StoredOrder> orders_;
  std::map<std::string, Failure, std::less<>> failures_;
  std::map<std::string, int, std::less<>> calls_;
};

}  // namespace acme_test
