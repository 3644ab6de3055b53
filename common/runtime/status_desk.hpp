// StatusDesk: keeps the files of engine/status/ (report/status_files.hpp) in step with the engine.
//
// Whoever changes something of a certificate marks it, which costs nothing; the desk gathers what was marked and writes
// it, at most once a second, a first change after a quiet second at once. In between it writes that it lives. What
// changes by time alone (a certificate expires) it waits for. A disk that is full hurts nobody: told once, tried again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/log.hpp"
#include "common/base/scheduler.hpp"
#include "common/report/records.hpp"
#include "common/report/status_files.hpp"

namespace acme {

class Engine;
class TendedCertificate;
struct Configuration;

class StatusDesk {
 public:
  /// All borrowed or called on the engine's thread.
  struct Services {
    Scheduler* scheduler = nullptr;
    Logger* log = nullptr;
    const Configuration* configuration = nullptr;
    int engine_directory = -1;
    std::string state_path;
    Counters* counters = nullptr;
    /// All but counts and `written`, which the desk knows.
    std::function<Overview()> overview;
    /// What was seen to be served for a certificate: fills `summary.served`, `served_detail`, `served_checked`.
    std::function<void(const TendedCertificate&, CertificateDetail&)> add_served;
    /// The last attempt at it in this life of the engine; nullopt: none.
    std::function<std::optional<Attempt>(const TendedCertificate&)> attempt;
  };

  /// `counters` go on from where the life before left them.
  explicit StatusDesk(Services services);
  ~StatusDesk();
  StatusDesk(const StatusDesk&) = delete;
  StatusDesk& operator=(const StatusDesk&) = delete;

  /// Something of it changed, or may have.
  void mark(const TendedCertificate& tended) noexcept;

  /// Writes all once, then what changes; until stop() or the scheduler's cancel_all(). After Engine::load().
  Task<void> run(Engine& engine);
  void stop();
  /// At the end of a life, when nothing changes any more: what is marked still. Nothing where the files are ours no
  /// more.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme
