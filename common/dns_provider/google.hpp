// dns_provider google service_account_file=PATH: zones of Google Cloud DNS, by its API v1.
//
// The service account needs the role "DNS Administrator" (roles/dns.admin), or a role of its own with
// dns.managedZones.list, dns.resourceRecordSets.* and dns.changes.create. project= is that of the key file unless told
// otherwise. One change a zone; a set is replaced only as it was read.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_google(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
