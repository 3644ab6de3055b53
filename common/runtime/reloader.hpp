// Reloader: when the engine asks its server for a graceful reload, and when it must not.
//
// A certificate needs no reload to go live; a reload brings what only a configuration load can (live/, stapling, the
// static certificates). So it may wait: until no order is under way (10 s at most), until `interval`
// has passed since the last one, until the operator's window is open, until nothing hinders it. It never activates an
// operator's edit, and each new certificate is a reason once.
//
// What is an emergency, for which the window is not waited for: the version that the server loaded, which live/ and the
// static certificates have, expires before the window opens; or the new one is a must-staple one, which is of use
// to clients only once a load has stapled it. The other conditions hold in an emergency, too.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/base/log.hpp"
#include "common/base/sync.hpp"
#include "common/config/model.hpp"
#include "common/report/counters.hpp"
#include "common/runtime/loaded_files.hpp"
#include "common/store/reload_record.hpp"

namespace acme {

class Reloader {
 public:
  /// All borrowed or called on the engine's thread.
  struct Services {
    Scheduler* scheduler = nullptr;
    Logger* log = nullptr;
    Counters* counters = nullptr;  // may be absent
    const LoadedFiles* loaded_files = nullptr;
    std::function<Status()> request_reload;
    std::function<std::optional<std::string>()> hindrance;
    std::function<std::size_t()> orders_under_way;
    std::function<Status(const ReloadRecord&)> save;
  };

  Reloader(ReloadConfig config, std::size_t certificates, ReloadRecord record, Services services);
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  /// This version is current but the server loaded an older one: a reason to reload, unless it was one before.
  /// `needed_by`: after that moment what was loaded is of no use; see above.
  void want(const std::string& certificate_id, std::uint64_t version, UtcTime needed_by = UtcTime::max());
  /// Asks for a reload when one is wanted and may be; until stop() or cancel_all().
  Task<void> run();
  void stop();

  /// The last one that was asked for.
  const std::optional<UtcTime>& last_request() const noexcept { return record_.last_request; }
  /// Why a wanted one waits, for people; empty: none is wanted.
  std::string pending() const;

 private:
  bool wanted() const { return !wanted_.empty(); }
  Task<bool> wait_for_quiet();
  Task<bool> sleep(Duration duration);
  Duration until_interval_is_over() const;
  Duration until_window_opens();
  std::optional<std::string> reason_to_wait() const;
  bool ask();
  void count(const char* outcome) const;
  void tell_hindrance(const std::string& why);

  ReloadConfig config_;
  ReloadRecord record_;
  Services services_;
  Signal changed_;
  struct Wanted {
    std::uint64_t version = 0;
    UtcTime needed_by;
  };
  std::map<std::string, Wanted> wanted_;
  std::string told_hindrance_;
  std::optional<UtcTime> told_window_;
  bool stopping_ = false;
};

/// Was the configuration load `load_id` an operator's (a start or a reload), not one that we had
/// asked for and not a mere respawn of the engine? Brings `record` up to date with that load.
bool note_load(ReloadRecord& record, const std::string& load_id, UtcTime now);

}  // namespace acme
