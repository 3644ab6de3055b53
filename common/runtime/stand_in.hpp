// StandIns: which stored certificate is served while a set's own is not there yet (a name was added, the key type,
// the issuer or the state directory changed), so that no change of the configuration brings the placeholder back.
// Pure: candidates in, choice out.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/time.hpp"
#include "common/crypto/key.hpp"

namespace acme {

struct StandInCandidate {
  std::vector<Identifier> names;
  UtcTime not_before;
  UtcTime not_after;
  KeyAlgorithm algorithm = KeyAlgorithm::ecdsa;
};

class StandIns {
 public:
  /// Those that are valid at `now`, by name, so that choosing for thousands of sets stays cheap.
  StandIns(std::vector<StandInCandidate> candidates, UtcTime now);

  /// Indices into the candidates: the one that covers most of `names`, of equal ones the newest; behind it, for clients
  /// that cannot use its key, the best with the other algorithm, when that covers as many. Empty: none covers any.
  std::vector<std::size_t> choose(const std::vector<Identifier>& names) const;

 private:
  bool better(std::size_t a, std::size_t b) const;

  std::vector<StandInCandidate> candidates_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace acme
