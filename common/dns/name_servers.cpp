#include "common/dns/name_servers.hpp"

#include "common/base/join.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostNames = 16;  // real zones have at most 13

Task<void> ask_addresses(DnsLookup* lookup, DnsQuestion question, std::vector<std::string>* addresses) {
  const DnsType type = question.type;
  auto task = lookup->ask(std::move(question));
  const auto answer = co_await std::move(task);
  if (!answer) co_return;
  for (const auto& record : answer->records) {
    if (record.type == type) addresses->push_back(record.data);
  }
}

}  // namespace

Task<Result<std::vector<NameServer>>> find_name_servers(Scheduler& scheduler, DnsLookup& lookup, std::string zone,
                                                        DnsRoute route) {
  auto task = lookup.ask(route.question(zone, DnsType::ns));
  const auto answer = co_await std::move(task);
  Status good = usable(answer, "NS of " + zone);
  if (!good) co_return std::move(good).error();
  std::vector<std::string> names;
  for (const auto& record : answer->records) {
    if (record.type == DnsType::ns && names.size() < kMostNames) names.push_back(record.data);
  }
  std::vector<std::vector<std::string>> addresses(names.size() * 2);
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < names.size(); ++i) {
    tasks.push_back(ask_addresses(&lookup, route.question(names[i], DnsType::a), &addresses[2 * i]));
    tasks.push_back(ask_addresses(&lookup, route.question(names[i], DnsType::aaaa), &addresses[2 * i + 1]));
  }
  auto all = join_all(scheduler, std::move(tasks));
  co_await std::move(all);
  std::vector<NameServer> servers;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (auto& address : addresses[i]) servers.push_back({names[i / 2], std::move(address)});
  }
  if (scheduler.cancelled()) co_return Error{ErrorKind::cancelled, "cancelled"};
  if (names.empty()) co_return Error{ErrorKind::not_found, "the zone " + zone + " has no NS records"};
  if (servers.empty())
    co_return Error{ErrorKind::not_found,
                    cat("no address was found for the name servers of ", zone, " (", join(names, ", "), ')')};
  co_return servers;
}

}  // namespace acme
