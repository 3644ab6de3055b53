// Activation: the proof that what was installed is what clients get.
//
// The engine connects to the server's own listeners as a client does, and compares the leaf that it is shown with the
// one that is stored: after an installation soon and a few times, then daily; all certificates once after the engine's
// beginning, which every reload is, too. Few looks at any time, and none beside orders that are under way.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/join.hpp"
#include "common/base/log.hpp"
#include "common/base/sync.hpp"
#include "common/report/standing.hpp"
#include "common/runtime/activation_targets.hpp"
#include "common/runtime/activation_words.hpp"
#include "common/transport/tls_probe.hpp"

namespace acme {

/// What was seen of one certificate.
struct Served {
  ServedState state = ServedState::unknown;
  std::string detail;              // which other one is served, where, and why; or why there is no connection
  std::optional<UtcTime> checked;  // the last look
};

class Activation {
 public:
  /// All borrowed, or called on the engine's thread.
  struct Services {
    Scheduler* scheduler = nullptr;
    Logger* log = nullptr;
    TlsProbe* probe = nullptr;
    /// Orders that are under way.
    std::function<std::size_t()> busy;
    /// Of the current version of a certificate, by its index in the configuration; "": there is none.
    std::function<std::string(std::size_t)> fingerprint;
    /// Whose leaf it is that was seen instead.
    std::function<LeafOrigin(std::size_t, const std::string& fingerprint)> origin;
    /// What is known of this certificate changed; may be empty.
    std::function<void(std::size_t)> changed;
  };

  /// `configuration` is borrowed.
  Activation(const Configuration& configuration, Services services);
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

  /// A new version is current.
  void installed(const std::string& certificate_id);
  /// nullptr: not looked at yet. Valid until the next look.
  const Served* of(const std::string& certificate_id) const;
  /// Looks until stop() or the scheduler's cancel_all().
  Task<void> run();
  void stop();

 private:
  struct Entry {
    std::size_t certificate = 0;
    Served served;
    std::string told;           // the trouble that the log has
    std::uint32_t strange = 0;  // looks in a row that did not see it
    bool is_new = false;        // to be told once it is live
    std::optional<SteadyTime> due;
    std::set<std::pair<SteadyTime, Entry*>>* queue = nullptr;  // which one `due` is in
    bool planned = false;                                      // it ever was
  };
  using Queue = std::set<std::pair<SteadyTime, Entry*>>;

  void plan_found();
  void plan(Entry& entry, SteadyTime due, Queue& queue);
  void forget_plan(Entry& entry);
  Entry* take_due();
  SteadyTime next_moment() const;
  Task<void> look_at(Entry& entry);
  Task<ActivationVerdict> look(std::size_t certificate, ActivationTarget target);
  Task<Result<ShownLeaf>> connect(ActivationTarget target);
  void conclude(Entry& entry, ActivationVerdict verdict);
  void conclude_live(Entry& entry);
  void conclude_strange(Entry& entry);
  void warn(const Entry& entry);
  void tell_unsaid();
  void tell_live();
  bool busy() const { return services_.busy && services_.busy() > 0; }
  SteadyTime now() const { return services_.scheduler->clock().steady_now(); }

  const Configuration& configuration_;
  Services services_;
  ActivationTargets targets_;
  Signal changed_;
  TaskGroup looks_;
  std::vector<Entry> entries_;  // by certificate
  std::unordered_map<std::string_view, std::size_t> by_id_;
  Queue soon_;   // after an installation
  Queue again_;  // after something else was seen; at a pace, as the next
  Queue in_turn_;
  SteadyTime next_turn_;
  SteadyTime find_at_;      // for what could not be read before
  std::size_t warned_ = 0;  // since `warned_since_`
  std::size_t unsaid_ = 0;  // warnings that were too many
  SteadyTime warned_since_;
  std::vector<std::string> live_;  // first names, not told yet
  SteadyTime live_since_;
  bool stopping_ = false;
};

}  // namespace acme
