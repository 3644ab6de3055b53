#include "common/challenge/record_book.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::array kPauses{Seconds{60}, Seconds{600}, Seconds{3600}, Seconds{6 * 3600}};
constexpr Seconds kLongestPause{12 * 3600};
constexpr std::chrono::days kGivenUpAfter{7};
constexpr std::size_t kMostShown = 5;

TxtRecord record_of(const RecordBook::Entry& entry) { return {entry.record.name, entry.record.value}; }

bool same_record(const RecordBook::Entry& a, const RecordBook::Entry& b) {
  return a.provider == b.provider && record_of(a) == record_of(b);
}

std::string shown(const JournaledRecord& record) {
  return cat(cleaned(record.name, 255), " TXT \"", cleaned(record.value, 255), "\"");
}

}  // namespace

RecordBook::RecordBook(Services services)
    : services_{std::move(services)}, changed_{*services_.scheduler}, removals_{*services_.scheduler} {}

void RecordBook::load(std::vector<JournaledRecord> records,
                      const std::function<bool(const JournaledRecord&)>& order_goes_on) {
  for (auto& record : records) {
    Entry entry;
    entry.provider = services_.providers->find(record);
    entry.retired = !order_goes_on(record);
    entry.record = std::move(record);
    entries_.push_back(std::move(entry));
  }
}

Status RecordBook::add(const std::string& certificate_id, std::vector<Entry> entries) {
  if (entries_.size() + entries.size() > kMostJournaledRecords) {
    return Error{ErrorKind::io, cat(entries_.size(), " DNS records wait for their removal: no more are set")};
  }
  for (auto& entry : entries_) {
    if (entry.record.certificate_id == certificate_id) entry.retired = true;
  }
  const std::size_t before = entries_.size();
  for (auto& entry : entries) {
    const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& other) {
      return same_record(other, entry) && other.record.certificate_id == certificate_id && !other.under_removal;
    });
    if (known == entries_.end()) {
      entries_.push_back(std::move(entry));
    } else {
      known->retired = false;
    }
  }
  changed_.notify();
  auto saved = services_.save(journal());
  if (saved) return saved;
  entries_.erase(std::next(entries_.begin(), static_cast<std::ptrdiff_t>(before)), entries_.end());
  return std::move(saved).error().with_context("the DNS records to be set cannot be written down");
}

Task<bool> RecordBook::wait_for_removals(const ConfiguredProvider* provider, std::vector<TxtRecord> records) {
  const auto concerns = [&](const Entry& entry) {
    return entry.under_removal && entry.provider == provider &&
           std::find(records.begin(), records.end(), record_of(entry)) != records.end();
  };
  while (std::any_of(entries_.begin(), entries_.end(), concerns)) {
    const Wake wake = co_await changed_.wait_until(std::nullopt);
    if (wake == Wake::cancelled) co_return false;
  }
  co_return !services_.scheduler->cancelled();
}

void RecordBook::retire(const std::string& certificate_id) {
  for (auto& entry : entries_) {
    if (entry.record.certificate_id == certificate_id) entry.retired = true;
  }
  changed_.notify();
}

void RecordBook::retire(const std::string& certificate_id, const std::vector<TxtRecord>& records) {
  for (auto& entry : entries_) {
    const bool meant = std::find(records.begin(), records.end(), record_of(entry)) != records.end();
    if (meant && entry.record.certificate_id == certificate_id) entry.retired = true;
  }
  changed_.notify();
}

Task<void> RecordBook::run() {
  while (!stopping_) {
    begin_due_removals();
    const Wake wake = co_await changed_.wait_until(next_due());
    if (wake == Wake::cancelled) break;
  }
  auto ended = removals_.all_ended();
  co_await std::move(ended);
}

void RecordBook::stop() {
  stopping_ = true;
  changed_.notify();
}

std::vector<JournaledRecord> RecordBook::journal() const {
  std::vector<JournaledRecord> records;
  for (const auto& entry : entries_) records.push_back(entry.record);
  return records;
}

/// What is lost at worst is that something is removed twice, or told twice.
void RecordBook::save_quietly() {
  auto saved = services_.save(journal());
  if (!saved) services_.log->warn(describe(saved.error()));
}

/// Another order still needs the same record.
bool RecordBook::is_held(const Entry& entry) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& other) {
    return !other.retired && &other != &entry && same_record(other, entry);
  });
}

bool RecordBook::given_up(const Entry& entry) const {
  return services_.scheduler->clock().now() - entry.record.set_at > kGivenUpAfter;
}

/// One task a provider, with all that is due there.
void RecordBook::begin_due_removals() {
  const SteadyTime now = services_.scheduler->clock().steady_now();
  std::map<ConfiguredProvider*, std::vector<Place>> due;
  bool dropped = false;
  for (auto place = entries_.begin(); place != entries_.end();) {
    const auto here = place++;
    if (!here->retired || here->under_removal || (here->next_try && *here->next_try > now)) continue;
    if (is_held(*here)) {
      entries_.erase(here);
      dropped = true;
    } else if (here->provider == nullptr) {
      dropped = note_orphan(here) || dropped;
    } else {
      here->under_removal = true;
      due[here->provider].push_back(here);
    }
  }
  if (dropped) save_quietly();
  for (auto& [provider, places] : due) removals_.spawn(remove(provider, std::move(places)));
}

std::optional<SteadyTime> RecordBook::next_due() const {
  std::optional<SteadyTime> next;
  for (const auto& entry : entries_) {
    if (!entry.retired || entry.under_removal || !entry.next_try) continue;
    if (!next || *entry.next_try < *next) next = entry.next_try;
  }
  return next;
}

Task<void> RecordBook::remove(ConfiguredProvider* provider, std::vector<Place> due) {
  std::vector<TxtRecord> records;
  for (const auto& place : due) records.push_back(record_of(*place));
  Status removed = provider->error;
  if (provider->provider) {
    auto task = provider->provider->clean_up(std::move(records));
    removed = co_await std::move(task);
  }
  for (const auto& place : due) place->under_removal = false;
  changed_.notify();
  if (!removed && removed.error().kind == ErrorKind::cancelled) co_return;
  if (!removed) co_return note_failure(due, removed.error());
  services_.log->info(cat(shown(due.front()->record), due.size() > 1 ? cat(" and ", due.size() - 1, " more") : "",
                          " removed by ", provider->config->name));
  for (const auto& place : due) entries_.erase(place);
  save_quietly();
}

void RecordBook::note_failure(const std::vector<Place>& due, const Error& error) {
  const SteadyTime now = services_.scheduler->clock().steady_now();
  std::vector<std::string> untold;
  Seconds shortest = kLongestPause;
  for (const auto& place : due) {
    JournaledRecord& record = place->record;
    const Seconds pause = record.failures < kPauses.size() ? kPauses[record.failures] : kLongestPause;
    const auto varied = std::chrono::duration_cast<Duration>(pause) * (0.8 + 0.4 * services_.random->fraction());
    place->next_try =
        now + std::max(std::chrono::duration_cast<Duration>(varied), Duration{error.retry_after.value_or(Seconds{0})});
    shortest = std::min(shortest, std::chrono::duration_cast<Seconds>(*place->next_try - now));
    ++record.failures;
    if (!record.told) untold.push_back(shown(record));
    record.told = true;
  }
  if (!untold.empty()) {
    const std::size_t count = untold.size();
    if (count > kMostShown) untold.resize(kMostShown);
    services_.log->warn(cat(join(untold, ", "), count > kMostShown ? cat(" and ", count - kMostShown, " more") : "",
                            ": not removed yet, tried again in ", format_duration(shortest), ": ", describe(error)));
  }
  for (const auto& place : due) {
    if (!given_up(*place)) continue;
    services_.log->notice(cat(shown(place->record), ": its removal is given up, delete it by hand"));
    entries_.erase(place);
  }
  save_quietly();
}

/// True: dropped.
bool RecordBook::note_orphan(Place entry) {
  if (given_up(*entry)) {
    entries_.erase(entry);
    return true;
  }
  if (!entry->record.told) {
    services_.log->warn(cat(shown(entry->record), " was set by dns_provider ", cleaned(entry->record.provider, 64),
                            ", which is not in the configuration any more: delete the record by hand"));
    entry->record.told = true;
    save_quietly();
  }
  entry->next_try = services_.scheduler->clock().steady_now() + kLongestPause;
  return false;
}

}  // namespace acme
