// Proving names: answering the authorizations of an order (RFC 8555 §7.5), all side by side.
#pragma once

#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// Answers every authorization that is not valid yet: publishes the proof, then tells the CA. Does
/// not wait for the CA's verdict. The first error of any is returned; validation errors gather all
/// names that already failed, ErrorKind::configuration a name for which the CA offers no challenge of ours.
Task<Status> answer_authorizations(OrderContext context, const OrderRequest& request,
                                   std::vector<std::string> authorization_urls);

}  // namespace acme
