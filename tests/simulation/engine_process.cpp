#include "tests/simulation/engine_process.hpp"

#include "common/base/text.hpp"

namespace acme_test {

using namespace acme;

EngineProcess::EngineProcess(EngineSetup setup, int process, std::uint64_t seed, Surroundings around)
    : process_{process},
      around_{std::move(around)},
      chance_{seed, "engine"},
      setup_{std::move(setup)},
      scheduler_{*around_.clock},
      network_{scheduler_, chance_, around_.deliver, *around_.dns},
      keys_{scheduler_, chance_} {
  const SimulatedProcess scope{*around_.disk, process_};
  scheduler_.spawn(live_as_engine(tools()));
}

EngineProcess::~EngineProcess() {
  if (!ended()) die();
  around_.disk->restart(process_);
}

EngineTools EngineProcess::tools() {
  EngineTools tools;
  tools.setup = &setup_;
  tools.scheduler = &scheduler_;
  tools.descriptors = &descriptors_;
  tools.http = &network_;
  tools.keys = &keys_;
  tools.random = &chance_.random();
  tools.log = &log_;
  tools.lookup = &network_;
  return tools;
}

void EngineProcess::Log::write(LogLevel level, const std::string& line) {
  if (process_.dead_ || process_.around_.disk->dead(process_.process_)) return;
  process_.around_.history->add(cat("engine ", process_.process_), cat(level_name(level), " ", line));
  if (process_.around_.logged) process_.around_.logged(line);
}

bool EngineProcess::run_one() {
  const SimulatedProcess scope{*around_.disk, process_};
  return scheduler_.run_one();
}

void EngineProcess::die() {
  dead_ = true;
  around_.disk->die(process_);
  const SimulatedProcess scope{*around_.disk, process_};
  scheduler_.cancel_all();
  scheduler_.run_ready();
}

void EngineProcess::stop() { scheduler_.cancel_all(); }

}  // namespace acme_test
