// Dry run: the whole way to a certificate against the CA's staging environment, with an account and a store in memory.
// What the CA asks is really answered by the servers. Where an issuer has no staging environment only what orders
// nothing is tried: directory, trust and account.
#pragma once

#include "common/runtime/operations.hpp"

namespace acme {

Task<Status> dry_run(const OperationTools& tools, const CertificateConfig& certificate, const IssuerConfig& issuer,
                     Conversation& conversation);

}  // namespace acme
