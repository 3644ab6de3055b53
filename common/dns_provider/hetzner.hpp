// dns_provider hetzner api_token_file=PATH: zones at Hetzner, by its Cloud API v1.
//
// The token is one of the project that holds the zones, with "Read & Write". Values are added to and removed from a
// set, one request a set. (The older DNS Console and its API, dns.hetzner.com, are being given up; zones move to the
// Cloud.)
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_hetzner(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
