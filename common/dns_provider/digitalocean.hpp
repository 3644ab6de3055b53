// dns_provider digitalocean api_token_file=PATH: domains at DigitalOcean, by its API v2.
//
// The token needs the scopes domain:read, domain:create and domain:delete (or "write"). One request a record, a few at
// once.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_digitalocean(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
