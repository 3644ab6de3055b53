// What is to be said of a certificate that the CA issued, beside whether it is the one that was asked for.
#pragma once

#include "common/client/order_flow.hpp"

namespace acme {

/// Not a wrong clock but an order, begun at `started`, that lay here longer than its certificate lives, or since the
/// clock was wrong: a new one is needed.
bool has_expired(const CertificateFacts& facts, UtcTime started, UtcTime now);

/// Logs what was asked for and is not there, though the certificate serves.
void tell_what_is_missing(const OrderContext& context, const OrderRequest& request, const CertificateFacts& facts);

}  // namespace acme
