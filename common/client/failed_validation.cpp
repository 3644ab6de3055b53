#include "common/client/failed_validation.hpp"

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/client/challenge_choice.hpp"

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

std::string http_hint(std::string_view problem) {
  if (problem == "connection") return "can the CA reach this server on port 80? check DNS, firewall and router";
  if (problem == "unauthorized" || problem == "incorrectResponse") {
    return "another server answered: check that A and AAAA both point here and what stands in front of this server";
  }
  return "check that the name points to this server and that port 80 is reachable from outside";
}

std::string tls_hint(std::string_view problem) {
  if (problem == "connection") return "can the CA reach this server on port 443? check DNS, firewall and router";
  return "something in front of this server may end TLS itself (a CDN, a load balancer), which tls-alpn-01 cannot "
         "pass: let port 443 through as it is, or use another challenge";
}

std::string dns_hint(std::string_view problem) {
  if (problem == "dns") {
    return "do the zone's name servers answer from outside, and is DNSSEC in order? `dig TXT` of the record shows it";
  }
  return "did all name servers of the zone have the TXT record when the CA looked? a longer propagation_delay helps "
         "where they take turns";
}

}  // namespace

std::string validation_hint(std::string_view challenge, std::string_view problem_type) {
  if (problem_type == "caa") return "the name's CAA record does not let this CA issue: change the record or the issuer";
  if (challenge == kDnsPersist01) {
    return "compare the TXT record at _validation-persist with what `acmectl plan` shows";
  }
  if (is_dns_challenge(challenge)) return dns_hint(problem_type);
  if (problem_type == "dns") return "does the name exist, and do its A and AAAA records point to this server?";
  return challenge == kTlsAlpn01 ? tls_hint(problem_type) : http_hint(problem_type);
}

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
  error.hint = validation_hint(first.challenge, first.type);
  error.subproblems = std::move(subproblems);
  return error;
}

}  // namespace acme
