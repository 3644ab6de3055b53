// Asking a CA how an authorization is, and why an order failed.
#pragma once

#include <string>

#include "common/client/order_flow.hpp"
#include "common/protocol/objects.hpp"

namespace acme {

/// The errors of Session::post; ErrorKind::server_error: no authorization.
Task<Result<AuthorizationObject>> fetch_authorization(OrderContext context, std::string url);

/// What the CA says of a name that it could not validate; the attempt's progress has it then.
Subproblem told_failure(const OrderContext& context, const OrderRequest& request,
                        const AuthorizationObject& authorization);

/// Why an order became invalid: asks each authorization and gathers what the CA says of each name.
/// ErrorKind::transport, server_error, cancelled: it could not be learned.
Task<Error> explain_invalid_order(OrderContext context, const OrderRequest& request, OrderObject order);

}  // namespace acme
