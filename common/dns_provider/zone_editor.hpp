// ZoneEditor: a DnsProvider over any ZoneApi. Finds each record's zone, then reads, changes and writes the sets of one
// zone at a time, several zones side by side.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/dns_provider/dns_provider.hpp"
#include "common/dns_provider/set_changes.hpp"
#include "common/dns_provider/zone_cache.hpp"

namespace acme {

class ZoneEditor final : public DnsProvider {
 public:
  /// `config` is borrowed.
  ZoneEditor(const DnsProviderConfig& config, Scheduler& scheduler, std::unique_ptr<ZoneApi> api);

  Task<Status> present(std::vector<TxtRecord> records) override;
  Task<Status> clean_up(std::vector<TxtRecord> records) override;

 private:
  Task<Status> edit(std::vector<TxtRecord> records, TxtEdit what);
  Task<Status> edit_zone(ApiZone zone, std::vector<TxtRecord> records, TxtEdit what);
  Task<Status> edit_once(ApiZone zone, std::vector<TxtRecord> records, TxtEdit what);
  Semaphore& turn_of(const ApiZone& zone);

  const DnsProviderConfig& config_;
  Scheduler& scheduler_;
  std::unique_ptr<ZoneApi> api_;
  ZoneCache zones_;
  std::map<std::string, Semaphore> turns_;  // by the zone's id
};

}  // namespace acme
