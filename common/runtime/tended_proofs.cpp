// Which challenges prove a certificate's names: what worked, and what comes after one that the CA could not validate.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/protocol/advice.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr Seconds kShortPause{1};
constexpr std::size_t kToldNames = 5;

bool has_next(const Subproblem& sub) { return !sub.next.empty(); }

}  // namespace

/// False: some name has no challenge left that was not tried, or it is not about challenges. The next attempt is then
/// after the ordinary pause, and begins all over again for that name.
bool TendedCertificate::turn_to_next_proofs(const Error& error) {
  if (error.kind != ErrorKind::validation || error.subproblems.empty()) return false;
  const auto& failed = error.subproblems;
  for (const auto& sub : failed) {
    auto& proof = state_.proofs[sub.identifier];
    proof.answered.clear();
    if (!has_next(sub)) {
      proof.failed.clear();
    } else if (std::find(proof.failed.begin(), proof.failed.end(), sub.challenge) == proof.failed.end()) {
      proof.failed.push_back(sub.challenge);
    }
  }
  std::size_t told = 0;
  for (const auto& sub : failed) {
    if (!has_next(sub) || ++told > kToldNames) continue;
    services_.log->warn(cat(sub.identifier, ": ", sub.challenge, " failed (", cleaned(sub.detail, 200), "; ",
                            hint_on(sub.challenge, sub.type, sub.detail), "), trying ", sub.next, " next"));
  }
  if (told > kToldNames) {
    services_.log->warn(cat(config_.first_name, ": the same for ", told - kToldNames, " more of its names"));
  }
  if (!std::all_of(failed.begin(), failed.end(), has_next)) return false;
  not_before_ = now() + kShortPause;
  remember_error(error, error.problem_type);
  return true;
}

/// A certificate was issued: what its names were proved by is tried first next time.
void TendedCertificate::remember_proofs() {
  const auto is_ours = [this](const std::string& name) {
    return std::any_of(config_.names.begin(), config_.names.end(),
                       [&](const Identifier& one) { return one.value == name; });
  };
  std::erase_if(state_.proofs, [&](const auto& row) { return !is_ours(row.first); });
  for (auto& [name, proof] : state_.proofs) {
    if (!proof.answered.empty()) proof.worked = std::exchange(proof.answered, {});
    proof.failed.clear();
  }
}

}  // namespace acme
