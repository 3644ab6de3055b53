// dns_provider exec PROGRAM [ARG ...]: a program of the operator's sets and removes TXT records.
//
//     PROGRAM [ARG ...] present NAME VALUE
//     PROGRAM [ARG ...] cleanup NAME VALUE
//
// once for each record, four at a time. The environment: PATH, LANG, ACME_DNS_ACTION, ACME_DNS_NAME, ACME_DNS_VALUE,
// ACME_DNS_TTL and the lines of `credentials_file`. Status 0: done; any other: refused, and the first line that it
// wrote is the reason. `convention=lego` gives the name with a last dot, as programs for lego's exec provider expect
// it; `timeout` (60s) is what one run may take.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

Result<std::unique_ptr<DnsProvider>> make_exec(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
