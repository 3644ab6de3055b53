// dns_provider rfc2136: dynamic updates (RFC 2136) signed with a shared key (TSIG, RFC 8945), as knot, BIND, PowerDNS,
// Windows and others take them.
//
//     dns_provider rfc2136 server=192.0.2.1 key_file=/etc/acme/tsig.key
//
// `server`: the primary, ADDRESS[:PORT] or a host name. `key_file`/`key_env`: the secret in base64, then with
// `key_name` (and `algorithm`, hmac-sha256); or what tsig-keygen printed, which holds all three. `transport=tcp`: never
// by UDP. The zone of each name is found by asking the server itself for its SOA; all records of a call that are in one
// zone go into one update.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_rfc2136(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
