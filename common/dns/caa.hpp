// CAA: who may issue for a name (RFC 8659), for which account and by which method (RFC 8657).
//
// The verdict is the CA's own: this only tells beforehand what it would find, so whatever is in doubt is allowed here.
#pragma once

#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"

namespace acme {

/// Who wants to issue what.
struct CaaRequest {
  std::vector<std::string> ca_names;  // caaIdentities of the CA's directory; empty: it tells none
  std::string account_url;            // empty: there is no account yet
  std::string method;                 // "dns-01"; empty: any, so `validationmethods` forbids nothing
  bool wildcard = false;
};

enum class CaaRefusal : std::uint8_t {
  none,          // the CA may issue
  nobody,        // every record says that no CA may (";" or text that is no issuer)
  other_ca,      // other CAs may
  account,       // this CA may, for another account (accounturi)
  method,        // this CA may, by another method (validationmethods)
  unknown_word,  // a record marked critical that no CA knows
};

struct CaaVerdict {
  CaaRefusal refusal = CaaRefusal::none;
  /// The records that decided, as in a zone file: `0 issue "ca.example; validationmethods=dns-01"`, cleaned for a log.
  std::vector<std::string> records;

  bool allowed() const noexcept { return refusal == CaaRefusal::none; }
};

/// Pure. `records` is the relevant set (RFC 8659 §3); an empty one allows everything.
CaaVerdict evaluate_caa(const std::vector<CaaRecord>& records, const CaaRequest& request);

/// The relevant set of one name, and where it was found.
struct CaaFindings {
  std::string owner;  // "example.org"; empty: there are no CAA records at or above the name
  std::vector<CaaRecord> records;
};

/// Climbs from `name` ("*." in front is left out) to its top-level domain (RFC 8659 §3). Errors: those of
/// DnsLookup::ask; server_error when a server on the way refuses or fails (a CA would not issue then either).
Task<Result<CaaFindings>> read_caa(DnsLookup& lookup, std::string name, std::vector<std::string> servers,
                                   Duration limit);

/// Reads the CAA records of all names of an order side by side, each parent once, and spares orders of a machine
/// whose resolvers do not answer: after a failed reading nothing is asked for ten minutes.
class CaaReader {
 public:
  CaaReader(Scheduler& scheduler, DnsLookup& lookup) : scheduler_{scheduler}, lookup_{lookup} {}

  /// One result a name, in their order, within two seconds. Errors as of read_caa(); transport also for what was not
  /// asked because of an earlier failure, `asked` is false then.
  struct Reading {
    std::vector<Result<CaaFindings>> names;
    bool asked = true;
  };
  Task<Reading> read(std::vector<std::string> names, std::vector<std::string> servers);

 private:
  Scheduler& scheduler_;
  DnsLookup& lookup_;
  std::optional<SteadyTime> not_before_;
};

}  // namespace acme
