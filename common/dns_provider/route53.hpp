// dns_provider route53 access_key_id=ID secret_access_key_file=PATH: zones at Amazon Route 53.
//
// The key needs route53:ListHostedZones, route53:ListResourceRecordSets and route53:ChangeResourceRecordSets; with
// zone_id= for one zone the first is not needed. One change batch a zone and 100 names; a set is replaced only as it
// was read (its deletion names the old values), so that nobody else's value is lost.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_route53(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
