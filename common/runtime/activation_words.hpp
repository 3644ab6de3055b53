// What it means that a listener shows this leaf, or none, in words for an operator. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "common/report/standing.hpp"
#include "common/runtime/activation_targets.hpp"

namespace acme {

/// Whose leaf it is, as far as that is known.
struct LeafOrigin {
  bool expected = false;      // the current version's
  std::uint64_t version = 0;  // an older one of the same certificate; 0: it is not
  std::string other;          // the first name of another certificate of ours; empty: it is not
};

struct ActivationVerdict {
  ServedState state = ServedState::unknown;
  std::string detail;
};

/// ErrorKind::not_found, cancelled: ServedState::unknown.
ActivationVerdict judge(const ActivationTarget& target, const Result<ShownLeaf>& shown, const LeafOrigin& origin);

/// Of all that was seen of one certificate: what is worst for its clients.
ActivationVerdict worst_of(const std::vector<ActivationVerdict>& verdicts);

}  // namespace acme
