#include "common/runtime/engine_lead.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr Duration kQuickTry = std::chrono::milliseconds{20};
constexpr Duration kSlowTry = std::chrono::seconds{1};
constexpr Duration kQuickPeriod = std::chrono::seconds{3};
constexpr Duration kTellAfter = std::chrono::seconds{30};

}  // namespace

Task<Result<EngineLock>> take_lead(EngineTools tools, int engine_directory) {
  const SteadyTime began = tools.scheduler->clock().steady_now();
  bool told = false;
  for (;;) {
    pid_t holder = 0;
    auto lock = EngineLock::try_take(engine_directory, holder);
    if (!lock) co_return std::move(lock).error();
    if (lock->has_value()) co_return *std::move(*lock);
    const Duration waited = tools.scheduler->clock().steady_now() - began;
    if (waited > kTellAfter && !told) {
      told = true;
      tools.log->warn(cat("another engine (process ", holder, ") leads the state directory ", tools.setup->state_path,
                          ": certificates are served from it, and ordered here once that one ends"));
    }
    const Duration pause = waited < kQuickPeriod ? kQuickTry : kSlowTry;
    const Wake wake = co_await tools.scheduler->sleep_for(pause);
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  }
}

}  // namespace acme
