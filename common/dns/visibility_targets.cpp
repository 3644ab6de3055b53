#include "common/dns/visibility_targets.hpp"

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/dns/name_servers.hpp"
#include "common/dns/socket_address.hpp"

namespace acme {

namespace {

constexpr Seconds kAnswerWithin{2};

using Zones = std::map<std::string, Result<Zone>>;
using Servers = Result<std::vector<NameServer>>;

Task<void> find_zone_of(DnsLookup* lookup, std::string name, DnsRoute route, Zones* zones) {
  auto task = find_zone(*lookup, name, std::move(route));
  auto zone = co_await std::move(task);
  zones->insert_or_assign(name, std::move(zone));
}

Task<void> find_servers_of(VisibilityTools tools, std::string zone, DnsRoute route, Servers* servers) {
  auto task = find_name_servers(tools.scheduler, tools.lookup, std::move(zone), std::move(route));
  auto found = co_await std::move(task);
  *servers = std::move(found);
}

VisibilityZone named_servers(std::size_t records, const std::vector<std::string>& servers) {
  VisibilityZone zone;
  for (std::size_t i = 0; i < records; ++i) zone.records.push_back(i);
  for (const auto& server : servers) zone.targets.emplace_back(server, std::vector{server}, true);
  return zone;
}

std::map<std::string, std::vector<std::size_t>> by_zone(const std::vector<ExpectedTxt>& records, const Zones& found,
                                                        VisibilityPlan& plan) {
  std::map<std::string, std::vector<std::size_t>> records_of;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& zone = found.at(records[i].name);
    if (zone) records_of[zone->name].push_back(i);
    if (!zone) plan.failed.emplace(i, zone.error());
  }
  return records_of;
}

VisibilityZone zone_of(const std::string& name, const std::vector<std::size_t>& records,
                       const std::vector<NameServer>& servers, std::uint16_t port) {
  VisibilityZone zone;
  zone.name = name;
  zone.records = records;
  for (const auto& server : servers)
    zone.targets.emplace_back(cat(server.name, " (", server.address, ')'), std::vector{with_port(server.address, port)},
                              false);
  return zone;
}

}  // namespace

VisibilityTarget::VisibilityTarget(std::string l, std::vector<std::string> servers, bool recursive)
    : label{std::move(l)},
      route{std::move(servers), recursive},
      ipv6{route.servers.size() == 1 && route.servers.front().starts_with('[')} {
  route.limit = kAnswerWithin;
}

std::vector<VisibilityTarget> resolver_targets(const VisibilityOptions& options) {
  std::vector<VisibilityTarget> targets;
  if (options.resolvers.empty()) targets.emplace_back("the system's resolvers", std::vector<std::string>{}, true);
  for (const auto& server : options.resolvers) targets.emplace_back(server, std::vector{server}, true);
  return targets;
}

Task<VisibilityPlan> find_visibility_targets(VisibilityTools tools, std::vector<ExpectedTxt> records,
                                             VisibilityOptions options) {
  VisibilityPlan plan;
  if (!options.check_servers.empty()) {
    plan.zones.push_back(named_servers(records.size(), options.check_servers));
    co_return plan;
  }
  Zones found;
  std::vector<Task<void>> searches;
  for (const auto& record : records) {
    const bool fresh = found.try_emplace(record.name, Error{}).second;
    if (fresh) searches.push_back(find_zone_of(&tools.lookup, record.name, DnsRoute{options.resolvers}, &found));
  }
  auto all_zones = join_all(tools.scheduler, std::move(searches));
  co_await std::move(all_zones);
  const auto records_of = by_zone(records, found, plan);
  std::map<std::string, Servers> servers;
  std::vector<Task<void>> lookups;
  for (const auto& entry : records_of) {
    Servers* place = &servers.try_emplace(entry.first, Error{}).first->second;
    lookups.push_back(find_servers_of(tools, entry.first, DnsRoute{options.resolvers}, place));
  }
  auto all_servers = join_all(tools.scheduler, std::move(lookups));
  co_await std::move(all_servers);
  for (const auto& [name, indices] : records_of) {
    const Servers& of_zone = servers.at(name);
    if (of_zone) plan.zones.push_back(zone_of(name, indices, *of_zone, options.port));
    for (const std::size_t i : indices) {
      if (!of_zone) plan.failed.emplace(i, of_zone.error());
    }
  }
  co_return plan;
}

}  // namespace acme
