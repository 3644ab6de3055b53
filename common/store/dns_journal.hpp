// DnsJournal: the TXT records that providers were asked for and that were not removed yet (engine/dns-records), so that
// what a crash leaves in a zone is removed by the next life.
//
// One JSON object a line, in the order in which the records were set. No secret is in it: what it holds is public DNS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

struct JournaledRecord {
  std::string issuer;
  std::string provider;  // its name in the configuration: "cloudflare"
  std::string certificate_id;
  std::string asked_name;  // what the CA asks for: "_acme-challenge.example.org"
  std::string name;        // where it was set: behind a CNAME
  std::string value;
  UtcTime set_at;
  std::uint32_t failures = 0;  // of its removal
  bool told = false;           // the operator knows that it could not be removed

  friend bool operator==(const JournaledRecord&, const JournaledRecord&) = default;
};

/// More are never open at once.
inline constexpr std::size_t kMostJournaledRecords = 10000;

/// None when there is no file. A line that does not parse is left out; a time before 1970 or after 9999 counts as the
/// nearest within. ErrorKind::permission, malformed (no regular file, or far too large), io.
Result<std::vector<JournaledRecord>> load_dns_journal(int engine_directory);
/// It is on the disk when this returns.
Status save_dns_journal(int engine_directory, const std::vector<JournaledRecord>& records);

}  // namespace acme
