// dns_provider desec api_token_file=PATH: zones at deSEC, by its API v1.
//
// All names of a zone are changed by one request. deSEC allows no TTL below the zone's own least (3600 s as a rule),
// which is used then; a record's first look is not delayed by it.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_desec(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
