// ZoneCache: the zones of an account, asked for once in a while.
#pragma once

#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/base/sync.hpp"
#include "common/dns_provider/zone_api.hpp"

namespace acme {

class ZoneCache {
 public:
  ZoneCache(std::string provider, ZoneApi& api, Scheduler& scheduler);

  /// The zone of each name. ErrorKind::problem: one is in no zone of the account; else what list_zones() says.
  Task<Result<std::vector<ApiZone>>> zones_of(std::vector<std::string> names);
  /// The next question asks the API again.
  void forget() { zones_.clear(); }

 private:
  Task<Status> fetch();
  Result<std::vector<ApiZone>> choose(const std::vector<std::string>& names) const;
  bool known_for(Seconds at_most) const;

  std::string provider_;
  ZoneApi& api_;
  Scheduler& scheduler_;
  Semaphore fetching_;
  std::vector<ApiZone> zones_;
  SteadyTime fetched_{};
};

}  // namespace acme
