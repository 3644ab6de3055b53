// EngineProcess: one life of the engine, whole as it is in the server (runtime/engine_life.hpp), but for its sockets.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/descriptors.hpp"
#include "common/runtime/engine_life.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/simulation/history.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/simulated_disk.hpp"
#include "tests/simulation/simulated_keys.hpp"

namespace acme_test {

class EngineProcess {
 public:
  struct Surroundings {
    SimulatedDisk* disk = nullptr;
    const acme::Clock* clock = nullptr;
    History* history = nullptr;
    Deliver deliver;
    const DnsWeather* dns = nullptr;
    /// Each line of its log.
    std::function<void(const std::string&)> logged;
  };
  /// `process`: of the disk, and its own; `seed`: of its chance.
  EngineProcess(acme::EngineSetup setup, int process, std::uint64_t seed, Surroundings around);
  ~EngineProcess();
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;

  /// One resumption of a coroutine; false: nothing can go on now.
  bool run_one();
  std::optional<acme::SteadyTime> next_deadline() const { return scheduler_.next_deadline(); }
  bool waits_for_network() const { return network_.under_way() > 0; }
  int process() const noexcept { return process_; }

  /// It dies on the spot: nothing that it does from now on has an effect.
  void die();
  /// An orderly stop begins; run_one() brings it to its end.
  void stop();
  bool ended() const { return scheduler_.running() == 0; }

 private:
  class Log final : public acme::Logger {
   public:
    explicit Log(EngineProcess& process) : process_{process} {}
    void write(acme::LogLevel level, const std::string& line) override;

   private:
    EngineProcess& process_;
  };

  acme::EngineTools tools();

  const int process_;
  Surroundings around_;
  Chance chance_;
  acme::EngineSetup setup_;
  acme::Scheduler scheduler_;
  acme::Descriptors descriptors_{scheduler_};
  SimulatedNetwork network_;
  SimulatedKeys keys_;
  Log server_log_{*this};
  acme::EngineLog log_{server_log_};
  bool dead_ = false;
};

}  // namespace acme_test
