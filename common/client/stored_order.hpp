// Finding the order to go on with, or making a new one so that no death makes a second.
#pragma once

#include <optional>
#include <string>

#include "common/client/order_flow.hpp"

namespace acme {

struct OrderInFlight {
  std::string url;
  std::string profile;
  UtcTime started;
  std::optional<PrivateKey> key;
};

struct BegunOrder {
  OrderInFlight order;
  std::optional<OrderObject> answer;  // of newOrder, when it was just made
};

/// The stored order when it is for the same names, account and CA; else a new one. An order whose
/// newOrder answer was never seen is looked for in the account's list first, where the CA has one.
Task<Result<BegunOrder>> find_or_create_order(OrderContext context, const OrderRequest& request);

}  // namespace acme
