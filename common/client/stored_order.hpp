// Finding the order to go on with, or making a new one.
#pragma once

#include "common/client/new_order.hpp"

namespace acme {

/// The stored order when it is for the same names, account and CA; else a new one. An order whose
/// newOrder answer was never seen is looked for in the account's list first, where the CA has one.
Task<Result<BegunOrder>> find_or_create_order(OrderContext context, const OrderRequest& request);

}  // namespace acme
