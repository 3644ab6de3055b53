// How an issuer gets on, for the status page and the metrics: whether it works as a whole, and what is left of its
// limits.
#pragma once

#include "common/renew/limits.hpp"
#include "common/report/records.hpp"
#include "common/runtime/certificate_authority.hpp"

namespace acme {

/// Costs a look at each name of which a failed validation is known, also from more than an hour ago: few at most times.
/// Engine::issuer_health() has those of all issuers.
///
/// Limits: "new_orders" of a public CA (others have none; orders that are exempt there do not count), and
/// "failed_validations" of the name that has most of them.
IssuerHealth issuer_health(CertificateAuthority& authority, const Limits& limits, UtcTime now);

}  // namespace acme
