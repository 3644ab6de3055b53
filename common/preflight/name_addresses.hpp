// The addresses of a name as a CA's resolver sees them, and why there are none.
#pragma once

#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/report/finding.hpp"

namespace acme {

/// What the DNS says about the addresses of one family.
enum class AddressAnswer : std::uint8_t {
  found,
  none,     // the name has none of this family
  no_name,  // NXDOMAIN
  bogus,    // SERVFAIL, but an answer when DNSSEC is not checked: its signatures are broken
  failed,   // SERVFAIL and the like
  refused,  // by the resolver
  silent,   // no resolver answered
};

struct FamilyAddresses {
  AddressAnswer answer = AddressAnswer::silent;
  std::vector<std::string> addresses;
};

struct NameAddresses {
  FamilyAddresses v4;
  FamilyAddresses v6;
  std::string alias;  // where CNAMEs lead; empty: there are none

  bool any() const noexcept { return !v4.addresses.empty() || !v6.addresses.empty(); }
  /// IPv6 first, as CAs do; of each family at most `most`.
  std::vector<std::string> in_order(std::size_t most) const;
};

/// Both families side by side. `name` may be an IP address: that alone.
Task<NameAddresses> look_up_addresses(Scheduler& scheduler, DnsLookup& lookup, std::string name,
                                      std::vector<std::string> resolvers, Duration limit);

/// Pure: does the name resolve? A failure where a CA would see the same, a note where only our resolver is silent.
Finding judge_addresses(const std::string& name, const NameAddresses& addresses);

}  // namespace acme
