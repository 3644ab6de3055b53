#include "common/client/challenge_choice.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"

namespace acme {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

std::vector<std::string> usable_types(const std::vector<std::string>& configured, const Identifier& name) {
  std::vector<std::string> usable;
  for (const auto& type : configured) {
    if (can_prove(type, name)) usable.push_back(type);
  }
  return usable;
}

bool is_answerable(const ChallengeObject& challenge) {
  if (challenge.url.empty()) return false;
  return challenge.type == kDnsPersist01 ? !challenge.issuer_domains.empty() : !challenge.token.empty();
}

}  // namespace

std::vector<std::string> types_to_try(const std::vector<std::string>& configured, const Identifier& name,
                                      const NameProof* proof) {
  std::vector<std::string> usable = usable_types(configured, name);
  if (proof == nullptr) return usable;
  std::stable_partition(usable.begin(), usable.end(), [&](const std::string& type) { return type == proof->worked; });
  std::vector<std::string> left;
  for (const auto& type : usable) {
    if (!contains(proof->failed, type)) left.push_back(type);
  }
  return left.empty() ? usable : left;
}

const ChallengeObject* choose_challenge(const AuthorizationObject& authorization,
                                        const std::vector<std::string>& types) {
  for (const auto& challenge : authorization.challenges) {
    const bool under_way = challenge.status == ChallengeStatus::processing;
    if (under_way && contains(types, challenge.type) && is_answerable(challenge)) return &challenge;
  }
  for (const auto& type : types) {
    for (const auto& challenge : authorization.challenges) {
      if (challenge.type == type && is_answerable(challenge)) return &challenge;
    }
  }
  return nullptr;
}

std::string type_after(const std::vector<std::string>& configured, const Identifier& name, const NameProof& proof,
                       const std::string& failed) {
  for (const auto& type : usable_types(configured, name)) {
    const bool offered = proof.offered.empty() || contains(proof.offered, type);
    if (offered && type != failed && !contains(proof.failed, type)) return type;
  }
  return {};
}

Identifier name_of(const AuthorizationObject& authorization) {
  Identifier name = authorization.identifier;
  if (authorization.wildcard) name.value.insert(0, "*.");
  return name;
}

}  // namespace acme
