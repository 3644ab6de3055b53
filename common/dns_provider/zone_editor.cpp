#include "common/dns_provider/zone_editor.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns_provider/few_at_once.hpp"

namespace acme {

namespace {

constexpr std::size_t kZonesAtOnce = 4;
constexpr int kMaxRaces = 4;  // writes lost to somebody else
constexpr std::chrono::milliseconds kAfterRace{500};

std::vector<std::string> names_of(const std::vector<TxtRecord>& records) {
  std::vector<std::string> names;
  for (const auto& record : records) names.push_back(record.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

ZoneEditor::ZoneEditor(const DnsProviderConfig& config, Scheduler& scheduler, std::unique_ptr<ZoneApi> api)
    : config_{config}, scheduler_{scheduler}, api_{std::move(api)}, zones_{config.name, *api_, scheduler} {}

Task<Status> ZoneEditor::present(std::vector<TxtRecord> records) { return edit(std::move(records), TxtEdit::add); }
Task<Status> ZoneEditor::clean_up(std::vector<TxtRecord> records) { return edit(std::move(records), TxtEdit::remove); }

Task<Status> ZoneEditor::edit(std::vector<TxtRecord> records, TxtEdit what) {
  if (records.empty()) co_return Status{};
  auto zones_task = zones_.zones_of(names_of(records));
  auto zones = co_await std::move(zones_task);
  if (!zones) co_return std::move(zones).error();
  const std::vector<std::string> names = names_of(records);
  std::map<std::string, std::pair<ApiZone, std::vector<TxtRecord>>> by_zone;
  for (auto& record : records) {
    const auto place = std::lower_bound(names.begin(), names.end(), record.name) - names.begin();
    const ApiZone& zone = zones.value()[static_cast<std::size_t>(place)];
    auto& entry = by_zone[zone.id];
    entry.first = zone;
    entry.second.push_back(std::move(record));
  }
  std::vector<Task<Status>> tasks;
  for (auto& [id, entry] : by_zone) tasks.push_back(edit_zone(entry.first, std::move(entry.second), what));
  auto all = few_at_once(scheduler_, kZonesAtOnce, std::move(tasks));
  auto status = co_await std::move(all);
  // The zone may have been moved elsewhere since it was listed.
  if (!status && status.error().kind == ErrorKind::problem) zones_.forget();
  co_return status;
}

Task<Status> ZoneEditor::edit_zone(ApiZone zone, std::vector<TxtRecord> records, TxtEdit what) {
  Semaphore& turn = turn_of(zone);
  const Wake wake = co_await turn.acquire();
  if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "stopped"};
  const Permit permit{turn};
  for (int races = 1;; ++races) {
    auto task = edit_once(zone, records, what);
    auto status = co_await std::move(task);
    if (status) co_return status;
    const bool lost = status.error().problem_type == kConflict && races < kMaxRaces;
    if (!lost) co_return std::move(status).error().with_context(zone.name.empty() ? zone.id : "zone " + zone.name);
    auto pause = scheduler_.sleep_for(kAfterRace * races);
    const Wake slept = co_await pause;
    if (slept == Wake::cancelled) co_return Error{ErrorKind::cancelled, "stopped"};
  }
}

Task<Status> ZoneEditor::edit_once(ApiZone zone, std::vector<TxtRecord> records, TxtEdit what) {
  auto read_task = api_->read_sets(zone, names_of(records));
  auto sets = co_await std::move(read_task);
  if (!sets) co_return std::move(sets).error();
  std::vector<SetChange> changes = set_changes(*sets, records, what, std::max(config_.ttl, zone.min_ttl));
  if (changes.empty()) co_return Status{};
  auto write_task = api_->write_sets(std::move(zone), std::move(changes));
  auto written = co_await std::move(write_task);
  co_return written;
}

Semaphore& ZoneEditor::turn_of(const ApiZone& zone) {
  return turns_.try_emplace(zone.id, scheduler_, std::size_t{1}).first->second;
}

}  // namespace acme
