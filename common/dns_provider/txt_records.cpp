#include "common/dns_provider/txt_records.hpp"

#include <algorithm>

#include "common/dns_provider/api_zones.hpp"

namespace acme {

bool TxtRecords::add(std::string_view name, std::string written, std::string id, std::uint32_t ttl) {
  const auto canonical = zone_name(name);
  if (!canonical || id.empty()) return false;
  auto set = std::find_if(sets_.begin(), sets_.end(), [&](const TxtSet& s) { return s.name == *canonical; });
  if (set == sets_.end()) set = sets_.insert(sets_.end(), TxtSet{*canonical, ttl, {}, {}});
  set->values.push_back({std::move(written), std::move(id)});
  return true;
}

std::vector<RecordChange> record_changes(const std::vector<SetChange>& changes) {
  std::vector<RecordChange> records;
  for (const auto& change : changes) {
    for (const auto& value : change.removed) records.push_back({change.after.name, change.after.ttl, value, true});
  }
  for (const auto& change : changes) {
    for (const auto& value : change.added) records.push_back({change.after.name, change.after.ttl, value, false});
  }
  return records;
}

}  // namespace acme
