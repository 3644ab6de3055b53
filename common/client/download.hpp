// Downloading the chain of a valid order (RFC 8555 §7.4.2), the preferred one where there are several.
#pragma once

#include "common/client/order_flow.hpp"

namespace acme {

/// The default chain, or, with request.preferred_chain, the first alternate whose topmost issuer
/// has that name; the default with a warning when none has.
Task<Result<CertificateChain>> download_chain(OrderContext context, const OrderRequest& request, std::string url);

}  // namespace acme
