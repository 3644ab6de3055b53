// Injection: what the server puts into its TLS contexts at a configuration load: the stored
// certificates of each set, or the placeholder.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/base/secret.hpp"
#include "common/config/model.hpp"
#include "common/runtime/serving_tree.hpp"

namespace acme {

/// A certificate chain and key as PEM.
struct PemPair {
  std::string fullchain;
  Secret key;
};

/// Self-signed, for what has no certificate yet. ErrorKind::crypto.
Result<PemPair> make_placeholder_pair(UtcTime now);

class Injection {
 public:
  /// The tree of each issuer of the configuration.
  using Trees = std::map<std::string, std::shared_ptr<ServingTree>>;

  /// Reads every stored certificate; what cannot be read is told (`log`) and left to the placeholder.
  static Injection read(const Configuration& configuration, const Trees& trees, Logger& log);

  /// Of this set: one pair per key type that is there; empty: nothing is.
  const std::vector<PemPair>& of_set(std::size_t set) const { return sets_[set]; }
  /// 0: none.
  std::uint64_t version_of(const std::string& certificate_id) const;
  /// Certificate id to version, for all.
  const std::map<std::string, std::uint64_t>& versions() const noexcept { return versions_; }

 private:
  std::vector<std::vector<PemPair>> sets_;
  std::map<std::string, std::uint64_t> versions_;
};

}  // namespace acme
