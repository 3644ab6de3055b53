// For APIs that know records, not sets: records to sets, and changes of sets to changes of records. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/dns_provider/zone_api.hpp"

namespace acme {

class TxtRecords {
 public:
  /// False when it has no name or no id. `name` is absolute, in any case, with or without a last dot.
  bool add(std::string_view name, std::string written, std::string id, std::uint32_t ttl = 0);
  std::vector<TxtSet> sets() && { return std::move(sets_); }

 private:
  std::vector<TxtSet> sets_;
};

struct RecordChange {
  std::string name;
  std::uint32_t ttl = 0;
  TxtValue value;
  bool remove = false;
};

/// What is removed first, then what is added.
std::vector<RecordChange> record_changes(const std::vector<SetChange>& changes);

}  // namespace acme
