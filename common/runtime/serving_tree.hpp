// ServingTree: one tree of certificates (engine/ of a state directory) as a serving process reads it.
//
// Made once per configuration load and shared by all slots; each process after the fork has its own copy. The
// directory is opened when it is first needed, and again when it was replaced. current() and read() may be called from
// several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/base/unique_fd.hpp"
#include "common/store/store.hpp"

namespace acme {

class ServingTree {
 public:
  /// `state_path`: the state directory; the tree is its engine/.
  explicit ServingTree(std::string state_path);
  const std::string& state_path() const noexcept { return state_path_; }

  /// Known from configuration time, or after prepare() made it; before the fork, one thread.
  void set_secret(Secret secret);
  bool has_secret() const noexcept { return !secret_.empty(); }
  const Secret& secret() const noexcept { return secret_; }

  /// Current version of a certificate: one readlinkat, and every five seconds a look whether the directory at the
  /// path is still the open one. 0: none, or the directory cannot be read.
  std::uint64_t current(const char* id) noexcept;
  /// Of all that is stored; empty as well when it cannot be read.
  std::vector<std::string> certificate_ids();
  /// ErrorKind::not_found, permission, malformed, crypto, io.
  Result<StoredCertificate> read(const std::string& id, std::uint64_t version);

 private:
  /// The open directory, -1 when it cannot be opened. `again`: what is open answered "not there".
  int directory(bool again) noexcept;
  bool path_check_due() noexcept;

  std::string state_path_;
  Secret secret_;
  std::mutex opening_;
  std::atomic<int> directory_{-1};
  std::atomic<std::int64_t> path_check_{0};  // steady seconds
  UniqueFd owned_;
};

}  // namespace acme
