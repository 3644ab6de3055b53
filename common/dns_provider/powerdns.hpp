// dns_provider powerdns api_url=URL api_key_file=PATH: an own PowerDNS server, by its HTTP API v1.
//
// api_url is where the API listens, "http://127.0.0.1:8081" or an https address; server_id= is "localhost" unless told
// otherwise. One PATCH a zone; the secondaries of a primary zone are notified at once.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_powerdns(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
