// HookRunner: runs the operator's programs when something happens to a certificate (acme_on_event).
//
// Each hook of each certificate by itself: one that fails is tried again after 5 s, 1 min, 10 min and an hour and
// then given up, one that hangs is ended after a minute, and neither keeps another from running. What has not
// succeeded is stored before it is run, so that it survives the engine; a newer event of the same kind takes its place.
// Argument vectors come from the configuration as they are; what a CA said is only ever in the environment, cleaned.
#pragma once

#include <functional>
#include <map>
#include <tuple>

#include "common/base/child_process.hpp"
#include "common/base/join.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "common/base/sync.hpp"
#include "common/client/order_flow.hpp"
#include "common/runtime/certificate_event.hpp"
#include "common/runtime/hook_environment.hpp"
#include "common/store/hook_record.hpp"

namespace acme {

class HookRunner {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Random* random = nullptr;
    Logger* log = nullptr;
    std::function<Task<Result<ChildOutcome>>(ChildCommand)> run;
    std::function<Status(const std::vector<PendingHook>&)> save;
    /// Of the current version of a certificate; nullptr: there is none.
    std::function<const VersionMeta*(const std::string& certificate_id)> meta;
    std::string state_path;
  };

  /// `configuration` is borrowed. Of what was pending, only what is still configured goes on.
  HookRunner(const Configuration& configuration, const std::vector<PendingHook>& pending, Services services);
  ~HookRunner();
  HookRunner(const HookRunner&) = delete;
  HookRunner& operator=(const HookRunner&) = delete;

  void happened(const CertificateEvent& event);
  /// Runs the hooks for challenge-setup, one after the other. ErrorKind::io: one failed.
  Task<Status> challenge_published(PublishedChallenge challenge);
  /// Takes up what was pending; ends after stop(), when no program runs any more.
  Task<void> run();
  /// Nothing new is begun.
  void stop();
  /// Programs that run now.
  std::size_t busy() const noexcept { return busy_; }

 private:
  using Key = std::tuple<HookEvent, std::vector<std::string>, std::string>;
  struct Entry {
    explicit Entry(PendingHook hook) : pending{std::move(hook)} {}
    PendingHook pending;
    bool renewed = false;  // by a later event, while it ran
  };

  void add(PendingHook pending);
  Task<void> serve(Key key);
  Task<bool> wait_for_turn(const Entry& entry);
  Task<Status> attempt(HookFacts facts, std::vector<std::string> argv);
  bool note_failure(Entry& entry, const Error& error);
  const CertificateConfig* find(const std::string& certificate_id) const;
  HookFacts facts_for(const CertificateConfig& certificate, HookEvent event) const;
  void save();

  const Configuration& configuration_;
  Services services_;
  std::map<std::string, std::size_t> certificates_;  // index by id
  std::vector<std::string> live_names_;
  std::map<Key, Entry> entries_;
  Semaphore programs_;
  Signal changed_;
  TaskGroup tasks_;
  std::size_t busy_ = 0;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace acme
