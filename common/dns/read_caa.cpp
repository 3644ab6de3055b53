// Reading CAA records (caa.hpp): who is asked, and in which order.

#include <algorithm>
#include <map>
#include <memory>

#include "common/base/join.hpp"
#include "common/base/sync.hpp"
#include "common/base/text.hpp"
#include "common/dns/caa.hpp"
#include "common/dns/zone.hpp"

namespace acme {

namespace {

constexpr Seconds kReadWithin{2};
constexpr Seconds kAfterFailure{600};
constexpr std::size_t kQuestionsAtOnce = 32;

std::string without_wildcard(const std::string& name) { return name.starts_with("*.") ? name.substr(2) : name; }

/// The set at `name` itself; empty when there is none.
Result<std::vector<CaaRecord>> caa_set(const std::string& name, Result<DnsAnswer> answer) {
  Status good = usable(answer, "CAA of " + name);
  if (!good) return std::move(good).error();
  std::vector<CaaRecord> records;
  for (auto& record : answer->records) {
    if (record.type == DnsType::caa) records.push_back(std::move(record.caa));
  }
  return records;
}

DnsQuestion caa_question(const std::string& name, const std::vector<std::string>& servers, Duration limit) {
  DnsQuestion question{name, DnsType::caa};
  question.servers = servers;
  question.limit = limit;
  return question;
}

using CaaSets = std::map<std::string, Result<std::vector<CaaRecord>>>;

/// What read_caa() would have found, out of sets that are there already.
Result<CaaFindings> climb(const CaaSets& sets, const std::string& name) {
  for (const auto& parent : with_parents(name)) {
    const auto& set = sets.at(parent);
    if (!set) return set.error();
    if (!set->empty()) return CaaFindings{parent, *set};
  }
  return CaaFindings{};
}

struct SetReading {
  SetReading(Scheduler& s, DnsLookup& l, std::vector<std::string> by)
      : scheduler{s}, lookup{l}, servers{std::move(by)}, until{s.clock().steady_now() + kReadWithin} {}
  Scheduler& scheduler;
  DnsLookup& lookup;
  const std::vector<std::string> servers;
  const SteadyTime until;
  Semaphore room{scheduler, kQuestionsAtOnce};
  CaaSets sets;
};

Task<void> read_set(SetReading* reading, std::string name) {
  const Wake wake = co_await reading->room.acquire();
  if (wake == Wake::cancelled) {
    reading->sets.insert_or_assign(name, Error{ErrorKind::cancelled, "cancelled"});
    co_return;
  }
  const Permit permit{reading->room};
  const Duration left = reading->until - reading->scheduler.clock().steady_now();
  if (left <= Duration{0}) {
    reading->sets.insert_or_assign(name, Error{ErrorKind::transport, "CAA of " + name + ": no answer in time"});
    co_return;
  }
  auto task = reading->lookup.ask(caa_question(name, reading->servers, left));
  auto answer = co_await std::move(task);
  reading->sets.insert_or_assign(name, caa_set(name, std::move(answer)));
}

}  // namespace

Task<Result<CaaFindings>> read_caa(DnsLookup& lookup, std::string name, std::vector<std::string> servers,
                                   Duration limit) {
  for (const auto& parent : with_parents(without_wildcard(name))) {
    auto task = lookup.ask(caa_question(parent, servers, limit));
    auto answer = co_await std::move(task);
    auto set = caa_set(parent, std::move(answer));
    if (!set) co_return std::move(set).error();
    if (!set->empty()) co_return CaaFindings{parent, std::move(*set)};
  }
  co_return CaaFindings{};
}

Task<CaaReader::Reading> CaaReader::read(std::vector<std::string> names, std::vector<std::string> servers) {
  Reading result;
  const SteadyTime now = scheduler_.clock().steady_now();
  if (not_before_ && now < *not_before_) {
    result.asked = false;
    result.names.assign(names.size(), Error{ErrorKind::transport, "CAA is not asked for: the last reading failed"});
    co_return result;
  }
  SetReading reading{scheduler_, lookup_, std::move(servers)};
  std::vector<Task<void>> tasks;
  for (const auto& name : names) {
    for (const auto& parent : with_parents(without_wildcard(name))) {
      const bool fresh = reading.sets.try_emplace(parent, std::vector<CaaRecord>{}).second;
      if (fresh) tasks.push_back(read_set(&reading, parent));
    }
  }
  auto all = join_all(scheduler_, std::move(tasks));
  co_await std::move(all);
  const auto silent = [](const auto& set) { return !set.second && set.second.error().kind == ErrorKind::transport; };
  not_before_.reset();
  if (std::any_of(reading.sets.begin(), reading.sets.end(), silent))
    not_before_ = scheduler_.clock().steady_now() + kAfterFailure;
  for (const auto& name : names) result.names.push_back(climb(reading.sets, without_wildcard(name)));
  co_return result;
}

}  // namespace acme
