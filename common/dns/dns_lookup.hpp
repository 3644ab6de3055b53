// DnsLookup: one question to the DNS, awaited. Who asks decides whom: the system's resolvers, or servers by address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ip_address.hpp"
#include "common/base/result.hpp"
#include "common/base/task.hpp"
#include "common/base/time.hpp"

namespace acme {

enum class DnsType : std::uint16_t { a = 1, ns = 2, cname = 5, soa = 6, txt = 16, aaaa = 28, caa = 257 };

/// RFC 8659 §4.1.
struct CaaRecord {
  bool critical = false;
  std::string tag;  // "issue", lower case
  std::string value;
};

/// One record of an answer. Names are lower case without the last dot; what a type has not is empty.
struct DnsRecord {
  std::string owner;
  DnsType type = DnsType::a;
  std::uint32_t ttl = 0;  // seconds
  std::string data;  // A, AAAA: the address; NS, CNAME, SOA (its primary): a name; TXT: its strings joined, raw bytes
  CaaRecord caa;
};

enum class DnsOutcome : std::uint8_t {
  found,    // NOERROR; `records` may be empty all the same (no data of this type)
  no_name,  // NXDOMAIN
  refused,  // REFUSED, NOTAUTH
  failed,   // SERVFAIL and other codes: also what a validating resolver says of a bogus DNSSEC signature
};

struct DnsAnswer {
  DnsOutcome outcome = DnsOutcome::found;
  bool authoritative = false;
  std::vector<DnsRecord> records;    // the answer section, CNAMEs on the way included
  std::vector<DnsRecord> authority;  // SOA and NS of the authority section: where a negative answer comes from
};

struct DnsQuestion {
  DnsQuestion(std::string n, DnsType t) : name{std::move(n)}, type{t} {}
  std::string name;
  DnsType type;
  std::vector<std::string> servers;  // "ADDRESS" or "ADDRESS:PORT", "[::1]:53"; tried in turn; empty: the system's
  bool recursive = true;             // false for an authoritative server
  bool checking_disabled = false;    // CD: also what DNSSEC proves to be false (RFC 4035 §3.2.2)
  Duration limit = std::chrono::seconds{10};  // for all of it, retries and TCP included
};

/// Of the errors of kind transport: the network itself says that nobody is there; waiting would not help.
inline bool is_unreachable(const Error& error) { return error.problem_type == "unreachable"; }

class DnsLookup {
 public:
  virtual ~DnsLookup() = default;
  /// Any answer is a success, see DnsOutcome. ErrorKind::transport: no server answered in time; server_error: garbage;
  /// configuration: a name that cannot be asked for; cancelled.
  virtual Task<Result<DnsAnswer>> ask(DnsQuestion question) = 0;
};

}  // namespace acme
