// Preparing the proof of each kind of challenge, before the CA is told.
//
// What fails here is ours, not the CA's verdict: the name can still be proved by another challenge of the same order.
#pragma once

#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// A challenge that was chosen for a name.
struct ChosenChallenge {
  Identifier name;
  ChallengeObject challenge;
  std::string key_authorization;  // empty: this type has none
};

Result<ChosenChallenge> chosen_challenge(const OrderContext& context, const Identifier& name,
                                         const ChallengeObject& challenge);

/// http-01: on the board, at once.
Status publish_http(const OrderContext& context, const ChosenChallenge& chosen);

/// tls-alpn-01: one proof of a name can be live. While another order's is, this waits for it, three minutes at most.
/// Names are to be taken in their order, so that no two orders wait for each other.
Task<Status> publish_tls(OrderContext context, const ChosenChallenge& chosen);

/// dns-01 and dns-account-01: the TXT records of all of them at once. One result each, in their order.
Task<std::vector<Status>> present_records(OrderContext context, const OrderRequest& request,
                                          const std::vector<const ChosenChallenge*>& chosen);

/// What to make of it when no other challenge is left for the name: it ends the attempt, and neither the CA nor the
/// name's limit of failed validations has anything to do with it.
Error not_prepared(const OrderRequest& request, const ChosenChallenge& chosen, Error error);

}  // namespace acme
