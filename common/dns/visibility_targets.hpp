// Whom wait_until_visible() asks: the zones of its records and their name servers, found once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/dns/authoritative.hpp"
#include "common/dns/zone.hpp"

namespace acme {

struct VisibilityTarget {
  VisibilityTarget(std::string label, std::vector<std::string> servers, bool recursive);

  std::string label;  // "ns1.example.org (192.0.2.1)"
  DnsRoute route;
  bool ipv6 = false;
  bool answered = false;  // ever
  bool left_out = false;
  bool good = false;    // in this round it answered as it should,
  bool bad = false;     // it did not
  bool nobody = false;  // nothing listens there, or no way leads there
  int failures = 0;     // rounds in a row
  std::string trouble;  // the last one, for messages
};

struct VisibilityZone {
  std::string name;                  // empty: the servers that the operator named
  std::vector<std::size_t> records;  // indices of what is looked for
  std::vector<VisibilityTarget> targets;
  bool by_resolvers = false;
  SteadyTime resolvers_since;
};

struct VisibilityPlan {
  std::vector<VisibilityZone> zones;
  std::map<std::size_t, Error> failed;  // records whose servers could not be found
};

Task<VisibilityPlan> find_visibility_targets(VisibilityTools tools, std::vector<ExpectedTxt> records,
                                             VisibilityOptions options);

/// The issuer's resolvers, else the system's.
std::vector<VisibilityTarget> resolver_targets(const VisibilityOptions& options);

}  // namespace acme
