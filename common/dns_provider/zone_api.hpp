// ZoneApi: what a DNS provider's HTTP API must be able to do. ZoneEditor makes a DnsProvider of it.
//
// Values are kept as the API writes them, so that those of others go back as they came; only what they mean is
// compared (txt_text.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/task.hpp"

namespace acme {

struct ApiZone {
  std::string name;           // lower case, A-labels, no last dot; empty: whatever no other zone holds
  std::string id;             // how the API calls it
  std::uint32_t min_ttl = 0;  // seconds; 0: no limit
};

struct TxtValue {
  std::string written;  // "\"value\"" or as the API has it
  std::string id;       // of the record, where records have one

  friend bool operator==(const TxtValue&, const TxtValue&) = default;
};

/// All TXT values of one name.
struct TxtSet {
  std::string name;       // absolute, lower case, no last dot
  std::uint32_t ttl = 0;  // seconds; 0: each record has its own
  std::vector<TxtValue> values;
  std::string tag;  // what the API wants to see again when this version of the set is replaced (an ETag)
};

struct SetChange {
  TxtSet before;  // no values: there is no such set
  TxtSet after;   // no values: the set goes away; its tag is that of `before`
  std::vector<TxtValue> added;
  std::vector<TxtValue> removed;
};

/// Error::problem_type of a write that lost a race: what was read is no longer what is there.
inline constexpr std::string_view kConflict = "conflict";

/// Errors of all three are those of DnsProvider. One call of write_sets() at a time and zone.
class ZoneApi {
 public:
  virtual ~ZoneApi() = default;
  /// All zones of the account that are served to the world.
  virtual Task<Result<std::vector<ApiZone>>> list_zones() = 0;
  /// The sets of these names that exist; others may be among them.
  virtual Task<Result<std::vector<TxtSet>>> read_sets(ApiZone zone, std::vector<std::string> names) = 0;
  /// Makes each set what `after` says, or adds and removes the values one by one: whatever the API does best.
  virtual Task<Status> write_sets(ApiZone zone, std::vector<SetChange> changes) = 0;
};

}  // namespace acme
