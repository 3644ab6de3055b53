#include "common/runtime/engine_thread.hpp"

#include <atomic>
#include <system_error>
#include <thread>

#include "common/base/guard.hpp"
#include "common/base/signals_blocked.hpp"
#include "common/runtime/engine_life.hpp"
#include "common/transport/curl_loop.hpp"
#include "common/transport/threaded_key_maker.hpp"

namespace acme {

struct EngineThread::State {
  State(EngineSetup engine_setup, LogQueue& queue) : setup{std::move(engine_setup)}, log{queue}, scheduler{clock} {}

  void run() noexcept {
    guard([this] {
      EngineTools tools;
      tools.setup = &setup;
      tools.scheduler = &scheduler;
      tools.descriptors = &loop->descriptors();
      tools.http = loop.get();
      tools.keys = keys.get();
      tools.random = &random;
      tools.log = &log;
      scheduler.spawn(live_as_engine(tools));
      loop->run();
    });
    running = false;
  }

  EngineSetup setup;
  EngineLog log;
  SystemClock clock;
  SystemRandom random;
  Scheduler scheduler;
  std::unique_ptr<CurlLoop> loop;
  std::unique_ptr<ThreadedKeyMaker> keys;
  std::atomic<bool> running = false;
  std::thread thread;
};

EngineThread::EngineThread(std::unique_ptr<State> state) : state_{std::move(state)} {}

Result<std::unique_ptr<EngineThread>> EngineThread::start(EngineSetup setup, LogQueue& log) {
  auto state = std::make_unique<State>(std::move(setup), log);
  auto loop = CurlLoop::create(state->scheduler, state->setup.user_agent);
  if (!loop) return std::move(loop).error();
  state->loop = *std::move(loop);
  state->keys = std::make_unique<ThreadedKeyMaker>(state->scheduler, *state->loop);
  state->running = true;
  const SignalsBlocked blocked;
  try {
    state->thread = std::thread{[raw = state.get()] { raw->run(); }};
  } catch (const std::system_error& error) {
    return Error{ErrorKind::internal, std::string{"cannot start the engine's thread: "} + error.what()};
  }
  return std::unique_ptr<EngineThread>{new EngineThread{std::move(state)}};
}

EngineThread::~EngineThread() {
  state_->loop->request_stop();
  if (state_->thread.joinable()) state_->thread.join();
  state_->keys.reset();
  state_->loop.reset();
}

bool EngineThread::running() const noexcept { return state_->running; }

}  // namespace acme
