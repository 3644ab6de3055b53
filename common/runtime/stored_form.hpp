// An issued certificate in the form in which the store keeps it.
#pragma once

#include "common/client/order_flow.hpp"
#include "common/config/model.hpp"
#include "common/store/store.hpp"

namespace acme {

/// Chain and key written anew from what was parsed, and what is known of them. ErrorKind::crypto.
Result<StoredCertificate> to_stored(const IssuedCertificate& issued, const IssuerConfig& issuer, UtcTime now);

}  // namespace acme
