// Seen everywhere: waits until TXT records are on every authoritative server of their zones, or on servers that the
// operator names, since a CA may ask any of them.
#pragma once

#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"

namespace acme {

/// A value that must be among the TXT records of a name.
struct ExpectedTxt {
  std::string name;  // no CNAME: follow_cnames() before
  std::string value;
};

struct VisibilityOptions {
  std::string subject;                     // of log lines: "example.org"
  std::vector<std::string> check_servers;  // asked (recursively) instead of the zones' own name servers
  std::vector<std::string> resolvers;      // by which zones and their name servers are found; empty: the system's
  Duration limit = std::chrono::seconds{120};
  /// The port of name servers; another one than 53 is for tests.
  std::uint16_t port = 53;
};

/// What all need to know, borrowed.
struct VisibilityTools {
  Scheduler& scheduler;
  DnsLookup& lookup;
  Logger& log;
};

/// One status a record, in their order; ends as soon as all are seen, at `limit` at the latest. Zones are found once,
/// all records are asked for side by side, with growing pauses between the rounds.
///
/// A name server counts when it answers: it must have the record. One that cannot be reached or is not authoritative
/// (lame) is named in a warning and left out as long as another one of its zone answers; an address family that no
/// server of the zone answers over is left out silently. Where none answers at all (port 53 closed to this machine),
/// its resolvers are asked; since those may remember for long that a record was not there, what they have not seen
/// after 20 s passes with a warning.
/// Errors: server_error with problem_type "notVisible" (names the servers that still lack it, and what they have
/// instead); what finding the zone says; transport when no server of the zone answers; cancelled.
Task<std::vector<Status>> wait_until_visible(VisibilityTools tools, std::vector<ExpectedTxt> records,
                                             VisibilityOptions options);

}  // namespace acme
