// Before an order: what the DNS says of its names, so that none is made that must fail.
//
// CAA records (RFC 8659, RFC 8657) may forbid the CA, the account or a challenge; dns-persist-01 wants a record of the
// operator's. Both are only read. Where the DNS does not answer the order is made all the same: the CA will find out.
#pragma once

#include "common/client/order_flow.hpp"

namespace acme {

/// Narrows request.narrowed to the challenges that may be used. ErrorKind::configuration: none is left for a name; the
/// message says why and the hint has the DNS record to set. cancelled; those of Session::directory.
Task<Status> look_before_order(OrderContext context, OrderRequest& request);

}  // namespace acme
