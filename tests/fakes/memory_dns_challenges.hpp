// MemoryDnsChallenges: a zone in memory, without a provider or a resolver. Fails where a test says so.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/challenge/dns_challenges.hpp"

namespace acme {

class MemoryDnsChallenges final : public DnsChallenges {
 public:
  Task<std::vector<Status>> present(std::string /*issuer*/, std::string certificate_id,
                                    std::vector<DnsChallenge> challenges) override {
    if (takes.count() > 0) {
      const Wake wake = co_await scheduler().sleep_for(takes);
      static_cast<void>(wake);
    }
    ++presented;
    std::vector<Status> results;
    for (const auto& challenge : challenges) {
      const auto refused = refusals.find(challenge.name);
      results.push_back(refused == refusals.end() ? Status{} : Status{refused->second});
      if (refused == refusals.end()) records_[certificate_id].insert({challenge.record_name, challenge.value});
    }
    largest = std::max(largest, challenges.size());
    co_return results;
  }
  void retire(const std::string& certificate_id) override {
    ++retired[certificate_id];
    records_.erase(certificate_id);
  }

  /// The values at a name now, of all certificates.
  std::set<std::string> values(const std::string& record_name) const {
    std::set<std::string> found;
    for (const auto& [id, records] : records_) {
      for (const auto& [name, value] : records) {
        if (name == record_name) found.insert(value);
      }
    }
    return found;
  }
  std::size_t size() const {
    std::size_t count = 0;
    for (const auto& [id, records] : records_) count += records.size();
    return count;
  }
  std::map<std::string, Error> refusals;  // by the name that is to be proved
  Duration takes{0};                      // each call, by this clock
  std::function<Scheduler&()> scheduler;
  int presented = 0;                   // calls
  std::size_t largest = 0;             // records in one call
  std::map<std::string, int> retired;  // by certificate

 private:
  std::map<std::string, std::set<std::pair<std::string, std::string>>> records_;
};

}  // namespace acme
