// Where a name lives: the zone it belongs to, and the name that a CNAME points to.
#pragma once

#include <string>
#include <vector>

#include "common/dns/dns_lookup.hpp"

namespace acme {

struct Zone {
  std::string name;     // "example.org"
  std::string primary;  // of its SOA: where updates go, says RFC 2136
};

/// The names from `name` upwards: "a.b.c", "b.c", "c".
std::vector<std::string> with_parents(const std::string& name);

/// How the questions are put; `servers` and `recursive` as in DnsQuestion.
struct DnsRoute {
  DnsRoute() = default;
  explicit DnsRoute(std::vector<std::string> s, bool r = true) : servers{std::move(s)}, recursive{r} {}
  std::vector<std::string> servers;
  bool recursive = true;
  Duration limit = std::chrono::seconds{10};  // for each question

  DnsQuestion question(const std::string& name, DnsType type) const;
};

/// An answer that says something about the name: found or no_name. server_error for the other outcomes, after `what`.
Status usable(const Result<DnsAnswer>& answer, const std::string& what);

/// Asks for the SOA of `name`, then of its parents, until there is one; the name itself need not exist. Errors: those
/// of DnsLookup::ask; not_found: no zone up to the top; server_error: a server refuses or fails.
Task<Result<Zone>> find_zone(DnsLookup& lookup, std::string name, DnsRoute route);

/// The name at the end of the CNAMEs that begin at `name`; `name` when there is none or nothing at all.
/// Errors: those of DnsLookup::ask; configuration: a loop, or more than 8 in a row;
/// server_error: a server refuses or fails.
Task<Result<std::string>> follow_cnames(DnsLookup& lookup, std::string name, DnsRoute route);

}  // namespace acme
