// dns_provider acmesh acme_sh=PATH api=dns_cf: a script of acme.sh's dnsapi/ sets and removes TXT records.
//
// bash reads acme.sh (which brings the functions that such scripts call) and then the script, and calls dns_cf_add or
// dns_cf_rm with name and value. The text that bash is given is fixed; paths, names and values are its arguments. The
// lines of `credentials_file` are the script's variables; what it saves goes into a folder of its own in the state
// directory, except those, which stay in the operator's file alone. One run at a time: the scripts share that folder.
#pragma once

#include "common/dns_provider/dns_provider.hpp"

namespace acme {

/// `acme_sh`: an absolute path. `api`: "dns_cf", looked for in dnsapi/ beside acme.sh and beside it, or an absolute
/// path of "NAME.sh". `timeout` (2m) is what one run may take.
Result<std::unique_ptr<DnsProvider>> make_acmesh(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
