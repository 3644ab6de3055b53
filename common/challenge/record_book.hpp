// RecordBook: which TXT records are in the zones because of us, and their removal.
//
// A record is in the journal before a provider is asked for it, and until it was removed. Removals run in the
// background, all that are due at one provider at once; what fails is tried again, told once, and given up after a
// week. A record that two orders hold (a CA may give both the same authorization) goes with the second.
#pragma once

#include <functional>
#include <list>

#include "common/base/join.hpp"
#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/challenge/dns_providers.hpp"

namespace acme {

class RecordBook {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    DnsProviders* providers = nullptr;
    std::function<Status(const std::vector<JournaledRecord>&)> save;
  };

  explicit RecordBook(Services services);
  RecordBook(const RecordBook&) = delete;
  RecordBook& operator=(const RecordBook&) = delete;

  /// What an earlier life left; once, before run(). Records whose order does not go on are removed.
  void load(std::vector<JournaledRecord> records, const std::function<bool(const JournaledRecord&)>& order_goes_on);

  /// Who wants a record, and where.
  struct Entry {
    JournaledRecord record;
    ConfiguredProvider* provider = nullptr;  // nullptr: not in the configuration any more
    bool retired = false;
    bool under_removal = false;
    std::optional<SteadyTime> next_try;
  };
  /// Writes them down: then, and only then, the provider may be asked. What this certificate had at any provider
  /// besides is retired, it is of an earlier order. Errors: those of the journal; io: too many are open.
  Status add(const std::string& certificate_id, std::vector<Entry> entries);
  /// Done when no removal of one of these records at this provider is under way. False: stopping.
  Task<bool> wait_for_removals(const ConfiguredProvider* provider, std::vector<TxtRecord> records);
  void retire(const std::string& certificate_id);
  /// Only these.
  void retire(const std::string& certificate_id, const std::vector<TxtRecord>& records);

  /// Removes what is due, until stop() or the scheduler's cancel_all().
  Task<void> run();
  void stop();
  /// Removals under way.
  std::size_t busy() const noexcept { return removals_.running(); }

 private:
  using Place = std::list<Entry>::iterator;

  bool is_held(const Entry& entry) const;
  void save_quietly();
  std::vector<JournaledRecord> journal() const;
  void begin_due_removals();
  std::optional<SteadyTime> next_due() const;
  Task<void> remove(ConfiguredProvider* provider, std::vector<Place> due);
  void note_failure(const std::vector<Place>& due, const Error& error);
  bool note_orphan(Place entry);
  bool given_up(const Entry& entry) const;

  Services services_;
  std::list<Entry> entries_;
  Signal changed_;
  TaskGroup removals_;
  bool stopping_ = false;
};

}  // namespace acme
