// dns_provider gandi api_token_file=PATH: domains at Gandi, by LiveDNS v5.
//
// The token is a personal access token with the right to "manage domain name technical configurations" of the domains.
// One request a name; the least TTL is 300 s.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_gandi(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
