#include "common/dns_provider/set_by_set.hpp"

namespace acme {

Task<Result<std::vector<TxtSet>>> NameByName::read_sets(ApiZone zone, std::vector<std::string> names) {
  std::vector<TxtSet> sets;
  std::vector<Task<Status>> tasks;
  for (const auto& name : names) tasks.push_back(read_name(zone, name, sets));
  auto all = few_at_once(client_.scheduler(), kAtOnce, std::move(tasks));
  auto status = co_await std::move(all);
  if (!status) co_return std::move(status).error();
  co_return sets;
}

Task<Status> NameByName::read_set_at(std::string target, std::string name, const char* within, SetShape shape,
                                     std::vector<TxtSet>& sets) {
  ApiCall call{"GET", std::move(target)};
  call.accepted = {404};
  auto task = client_.send(std::move(call));
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error();
  // An error page instead of the API's own 404 must not look like an empty set.
  auto json = api_json(client_.provider(), *response);
  if (!json) co_return std::move(json).error();
  if (response->status == 404) co_return Status{};
  auto set = set_in_json(*within == '\0' ? *json : (*json)[within], name, shape);
  if (!set) co_return client_.missing("values of a set");
  sets.push_back(*std::move(set));
  co_return Status{};
}

Task<Status> RecordByRecord::write_sets(ApiZone zone, std::vector<SetChange> changes) {
  std::vector<Task<Status>> tasks;
  for (auto& record : record_changes(changes)) tasks.push_back(write_record(zone, std::move(record)));
  auto all = few_at_once(client_.scheduler(), kAtOnce, std::move(tasks));
  auto status = co_await std::move(all);
  co_return status;
}

Task<Status> SetBySet::write_sets(ApiZone zone, std::vector<SetChange> changes) {
  std::vector<Task<Status>> tasks;
  for (auto& change : changes) tasks.push_back(write_set(zone, std::move(change)));
  auto all = few_at_once(client_.scheduler(), kAtOnce, std::move(tasks));
  auto status = co_await std::move(all);
  co_return status;
}

}  // namespace acme
