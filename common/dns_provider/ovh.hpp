// dns_provider ovh application_key=KEY application_secret_file=PATH consumer_key_file=PATH: zones at OVHcloud, by its
// API 1.0.
//
// The consumer key needs GET, POST and DELETE on /domain/zone/*. endpoint= is "ovh-eu" (unless told otherwise),
// "ovh-ca" or "ovh-us". Requests are signed with the API's own time, so this machine's clock does not matter. One
// request a record, a few at once, and one that makes the zone live.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_ovh(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
