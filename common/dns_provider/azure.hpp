// dns_provider azure tenant_id=ID client_id=ID client_secret_file=PATH subscription_id=ID: zones of Azure DNS.
//
// The application needs the role "DNS Zone Contributor" on the zones. resource_group= limits it to the zones of one
// group. One request a name; a set is replaced only as it was read (ETag). api_url= and login_url= are for the clouds
// of a country.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_azure(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
