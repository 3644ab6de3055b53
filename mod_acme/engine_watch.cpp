#include "mod_acme/engine_watch.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/base/text.hpp"
#include "mod_acme/engine_process.hpp"

namespace acme {

namespace {

constexpr auto kQuickEnd = std::chrono::seconds{60};
constexpr int kQuickEndsAtOnce = 3;
constexpr std::chrono::seconds kFirstPause{10};
constexpr std::chrono::seconds kLongestPause{600};

bool stopping() {
  int state = AP_MPMQ_STARTING;
  ap_mpm_query(AP_MPMQ_MPM_STATE, &state);
  return state == AP_MPMQ_STOPPING;
}

}  // namespace

EngineWatch::EngineWatch(apr_pool_t* pconf, server_rec* main, Server& server)
    : pool_{pconf},
      main_{main},
      server_{server},
      log_{main},
      serving_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      engine_{[this](int status) { engine_ended(status); }},
      test_{[this](std::optional<std::string> complaint) { config_tested(std::move(complaint)); }} {}

void EngineWatch::start() { fork_engine(); }

void EngineWatch::now_serving() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(serving_.get(), &one, sizeof one);
}

void EngineWatch::fork_engine() {
  const EngineProcess process{server_, main_, pool_, ::getpid(), serving_.get()};
  // Blocked over the fork: until the child has its own handlers, a signal would run httpd's in it.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  apr_proc_t forked{};
  const apr_status_t status = apr_proc_fork(&forked, pool_);
  if (status == APR_INCHILD) run_engine_process(process);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  started_ = Clock::now();
  if (status == APR_INPARENT) return engine_.watch(forked.pid, pool_);
  log_.error(cat("no engine process: ", std::strerror(errno), "; tried again in ", kFirstPause.count(), " s"));
  next_start_ = started_ + kFirstPause;
}

void EngineWatch::engine_ended(int status) {
  if (stopping()) return;
  if (status == kReloadStatus) {
    auto started = test_.start(main_, pool_);
    if (started) return;
    config_tested(describe(started.error()));
    return;
  }
  if (status == kAnewStatus) return fork_engine();
  quick_ends_ = Clock::now() - started_ < kQuickEnd ? quick_ends_ + 1 : 1;
  if (quick_ends_ <= kQuickEndsAtOnce) {
    log_.warn(cat("the engine process ended unexpectedly (status ", status, "), started again"));
    fork_engine();
    return;
  }
  const int doublings = std::min(quick_ends_ - kQuickEndsAtOnce - 1, 8);
  const auto pause = std::min(kFirstPause * (1 << doublings), kLongestPause);
  next_start_ = Clock::now() + pause;
  log_.error(cat("the engine process keeps ending (status ", status, "), started again in ", pause.count(),
                 " s (the lines above say why; certificates stay as they are meanwhile)"));
}

void EngineWatch::config_tested(std::optional<std::string> complaint) {
  if (stopping()) return;
  if (!complaint) {
    ::raise(AP_SIG_GRACEFUL);  // to this very process, whatever its pid: httpd is 1 in a container
    return;
  }
  log_.error(cat("no reload after renewal: the configuration on disk fails its test: ", *complaint,
                 " (new certificates are served all the same; correct it, then reload by hand)"));
  fork_engine();
}

void EngineWatch::on_monitor() {
  test_.check_time();
  if (engine_.running() || test_.running() || stopping()) return;
  if (next_start_ == Clock::time_point{} || Clock::now() < next_start_) return;
  next_start_ = {};
  fork_engine();
}

}  // namespace acme
