// The CA's verdict on names that were not proved, in words: who failed, by which challenge, and what to look at.
#pragma once

#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// What the CA says of one name, and what is to be tried next for it.
Subproblem failed_proof(const OrderContext& context, const OrderRequest& request,
                        const AuthorizationObject& authorization);

/// ErrorKind::validation for all of them.
Error failed_validation(const OrderRequest& request, std::vector<Subproblem> subproblems);

}  // namespace acme
