// dns_provider cloudflare api_token_file=PATH: zones at Cloudflare, by its API v4.
//
// The token needs the rights "Zone: Read" and "DNS: Edit" for the zones; with zone_id= for one zone, "DNS: Edit" is
// enough. Records are added and removed by batches: one request a zone, up to 100 records.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_cloudflare(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
