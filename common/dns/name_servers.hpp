// The authoritative name servers of a zone, with all their addresses.
#pragma once

#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/dns/zone.hpp"

namespace acme {

struct NameServer {
  std::string name;     // "ns1.example.org"
  std::string address;  // IPv4 or IPv6
};

/// One entry for each address of each name in the zone's NS records; IPv4 and IPv6. Errors: those of DnsLookup::ask;
/// not_found: no NS records, or no address for any of them; server_error: a server refuses or fails.
Task<Result<std::vector<NameServer>>> find_name_servers(Scheduler& scheduler, DnsLookup& lookup, std::string zone,
                                                        DnsRoute route);

}  // namespace acme
