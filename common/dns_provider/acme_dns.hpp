// dns_provider acme-dns server=URL: a small DNS server for challenges alone (joohoi/acme-dns), to which CNAMEs point.
//
// Each name gets a registration of its own with the first order, kept sealed in the state directory; the operator sets
// its CNAME once, and is told which until it is there. A registration holds two values, and a third one displaces the
// oldest: so a third order waits until one of the others is done.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

/// `server`: its URL. `allowfrom`: addresses in CIDR notation, by commas, that may change new registrations.
Result<std::unique_ptr<DnsProvider>> make_acme_dns(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
