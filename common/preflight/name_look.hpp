// One name as a CA would find it by http-01: its addresses in the DNS, and what answers at each of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/preflight/http_probe.hpp"
#include "common/preflight/live_probe.hpp"
#include "common/preflight/name_addresses.hpp"
#include "common/preflight/server_facts.hpp"
#include "common/report/finding.hpp"

namespace acme {

struct NameLook {
  explicit NameLook(std::string n) : name{std::move(n)} {}
  std::string name;  // a DNS name that is no wildcard, or an IP address
  std::vector<std::string> resolvers;
  bool public_ca = true;
  std::size_t most_addresses = 4;  // of each family
  bool first_alone = false;        // one GET, to the address that a CA tries first
  SteadyTime until;                // for all of it
};

/// Where a CA of the public web does not come nothing is asked either: whoever writes a name's records chooses the
/// address, and it may be one behind this machine's own walls.
bool is_asked(const NameLook& look, const std::string& address);

/// Of this server; outlives the look.
struct LookedFrom {
  const ServerFacts* server = nullptr;
  const LiveProbe* probe = nullptr;
  /// Another program there; asked only where a finding says it. Empty: not known.
  std::function<std::string()> port_80_holder;
};

/// "dns" first, then one finding for each address. Answers within `until`, whatever is silent.
Task<std::vector<Finding>> look_by_http(ProbeTools tools, LookedFrom from, NameLook look);

}  // namespace acme
