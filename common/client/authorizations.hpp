// Proving names: answering the authorizations of an order (RFC 8555 §7.5), all side by side.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// The challenges that an order has live; withdrawn at the end of its life.
class LiveChallenges {
 public:
  explicit LiveChallenges(ChallengeBoard& board) : board_{board} {}
  LiveChallenges(const LiveChallenges&) = delete;
  LiveChallenges& operator=(const LiveChallenges&) = delete;
  ~LiveChallenges();

  Status publish(const std::string& token, const std::string& key_authorization);

 private:
  ChallengeBoard& board_;
  std::vector<std::string> tokens_;
};

/// Answers every authorization that is not valid yet: publishes the proof, then tells the CA. Does
/// not wait for the CA's verdict. The first error of any is returned; validation errors gather all
/// names that already failed, ErrorKind::configuration a name for which the CA offers no challenge of ours.
Task<Status> answer_authorizations(OrderContext context, const OrderRequest& request,
                                   std::vector<std::string> authorization_urls, LiveChallenges& live);

/// Why an order became invalid: asks each authorization and gathers what the CA says of each name.
Task<Error> explain_invalid_order(OrderContext context, const OrderRequest& request, OrderObject order);

}  // namespace acme
