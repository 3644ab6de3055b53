// Resolver: the DnsLookup of the engine. A stub resolver in the engine's own loop: no thread, no blocking call.
//
// A server that answers with garbage or an error, or not at all, is followed by the next one, as is usual; then the
// silent ones are asked again with more patience. Servers that were silent lately come last.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/sync.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/dns/exchange.hpp"
#include "common/dns/resolv_conf.hpp"

namespace acme {

class Resolver final : public DnsLookup {
 public:
  explicit Resolver(DnsWire wire, std::string resolv_conf = "/etc/resolv.conf");

  /// A dot at the end of the name is left out. At most 128 questions are under way, the others wait (which
  /// counts into their limit).
  Task<Result<DnsAnswer>> ask(DnsQuestion question) override;

 private:
  std::vector<std::string> servers_for(const DnsQuestion& question);
  Task<Result<DnsAnswer>> ask_all(DnsQuestion question, SteadyTime until);
  Task<Result<DnsAnswer>> ask_one(DnsQuestion question, std::string server, SteadyTime until_udp, SteadyTime until);
  void remember(const std::string& server, bool silent);

  DnsWire wire_;
  SystemResolvers system_;
  Semaphore room_;
  std::map<std::string, SteadyTime> silent_since_;
};

}  // namespace acme
