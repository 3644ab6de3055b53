#include "common/client/failed_validation.hpp"

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/client/challenge_choice.hpp"
#include "common/protocol/advice.hpp"

namespace acme {

namespace {

/// That the CA tried; nullptr: it does not say.
const ChallengeObject* tried_challenge(const AuthorizationObject& authorization, const std::string& answered) {
  const ChallengeObject* tried = nullptr;
  for (const auto& challenge : authorization.challenges) {
    if (challenge.error || challenge.status == ChallengeStatus::invalid) tried = &challenge;
    if (challenge.error) return tried;
  }
  for (const auto& challenge : authorization.challenges) {
    if (tried == nullptr && challenge.type == answered) tried = &challenge;
  }
  return tried;
}

}  // namespace

Subproblem failed_proof(const OrderContext& context, const OrderRequest& request,
                        const AuthorizationObject& authorization) {
  const Identifier name = name_of(authorization);
  const NameProof* proof = proof_of(context, name.value);
  const ChallengeObject* tried = tried_challenge(authorization, proof == nullptr ? "" : proof->answered);
  Subproblem sub{name.value, "", "the CA gives no reason"};
  if (tried == nullptr) return sub;
  sub.challenge = tried->type;
  if (tried->error) {
    sub.type = tried->error->problem_type;
    sub.detail = tried->error->message;
  }
  // Another proof does not move a CA that may not issue at all.
  const bool another = proof != nullptr && is_challenge_type(tried->type) && sub.type != "caa";
  if (another) sub.next = type_after(request.types_for(name), name, *proof, tried->type);
  return sub;
}

Error failed_validation(const OrderRequest& request, std::vector<Subproblem> subproblems) {
  const bool single = subproblems.size() == 1;
  const Subproblem first = subproblems.empty() ? Subproblem{} : subproblems.front();
  Error error{ErrorKind::validation,
              cat(request.title, ": the CA could not validate ", single ? first.identifier : "all names")};
  if (single && !first.challenge.empty()) error.message += cat(" by ", first.challenge);
  error.problem_type = first.type;
  error.hint = hint_on(subproblems);
  error.subproblems = std::move(subproblems);
  return error;
}

}  // namespace acme
