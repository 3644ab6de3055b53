// Injection: what the server puts into its TLS contexts at a configuration load: the stored
// certificates of each set, else the best that is stored (stand_in.hpp), else the placeholder.
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
  /// A certificate that is served in place of a set's own.
  struct StandIn {
    std::shared_ptr<ServingTree> tree;
    std::string id;
    std::uint64_t version = 0;
  };

  /// Reads every certificate of the configuration; what cannot be read is told (`log`). Only when a set has none, all
  /// that is stored besides is read as well, in these trees and `elsewhere` (those of a state directory that was left).
  static Injection read(const Configuration& configuration, const Trees& trees,
                        const std::vector<std::shared_ptr<ServingTree>>& elsewhere, Logger& log);

  /// Of this set: one pair per key type that is there, or stand-ins; empty: nothing is.
  const std::vector<PemPair>& of_set(std::size_t set) const { return sets_[set]; }
  /// Of this set; empty when it has a certificate of its own, or nothing.
  const std::vector<StandIn>& stand_ins(std::size_t set) const { return stand_ins_[set]; }
  /// Which sets have a stand-in, for the operator: a line each, a few lines at most.
  const std::vector<std::string>& notices() const noexcept { return notices_; }
  /// Of its own; 0: none.
  std::uint64_t version_of(const std::string& certificate_id) const;
  /// Certificate id to version, for all.
  const std::map<std::string, std::uint64_t>& versions() const noexcept { return versions_; }

 private:
  friend class InjectionReader;
  std::vector<std::vector<PemPair>> sets_;
  std::vector<std::vector<StandIn>> stand_ins_;
  std::map<std::string, std::uint64_t> versions_;
  std::vector<std::string> notices_;
};

}  // namespace acme
