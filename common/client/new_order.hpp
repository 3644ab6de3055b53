// A new order, made so that no death makes a second: what is wanted is stored before the CA is asked, the order's URL
// before it is used.
#pragma once

#include <optional>
#include <string>
#include <utility>

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

OrderInFlight in_flight(const StoredOrder& stored, PrivateKey key);

/// The order of another certificate for the same names, which only differs in the key.
bool is_of_sibling(const OrderContext& context, const OrderRequest& request, const std::string& url);

/// Key made, intent stored: after this newOrder may be sent.
Task<Result<std::pair<StoredOrder, PrivateKey>>> prepare_order(OrderContext context, const OrderRequest& request);

/// Sends newOrder (RFC 8555 §7.4) for what is prepared, noted in the ledger each time that it is sent.
Task<Result<BegunOrder>> create_order(OrderContext context, const OrderRequest& request, StoredOrder stored,
                                      PrivateKey key);

}  // namespace acme
