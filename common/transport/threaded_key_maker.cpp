#include "common/transport/threaded_key_maker.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>

#include "common/base/guard.hpp"
#include "common/base/signals_blocked.hpp"

namespace acme {

namespace {

/// One key asked for; shared, because its coroutine may be gone when the thread is done with it.
struct Job {
  explicit Job(KeyType t) : type{t} {}
  const KeyType type;
  std::stop_source stop;
  std::optional<Result<PrivateKey>> result;  // the thread's until the loop is told
  Waiter* waiter = nullptr;                  // loop's thread only; null when nobody waits any more
};

}  // namespace

struct ThreadedKeyMaker::State {
  State(Scheduler& s, CurlLoop& l) : scheduler{s}, loop{l} {}

  Scheduler& scheduler;
  CurlLoop& loop;
  std::thread thread;
  std::mutex mutex;  // guards the three below
  std::condition_variable changed;
  std::deque<std::shared_ptr<Job>> queue;
  bool ending = false;

  class Wait;
  Status submit(std::shared_ptr<Job> job);
  void work();
};

/// co_await: until the job's result is there, or cancelled.
class ThreadedKeyMaker::State::Wait final : public Waiter {
 public:
  Wait(State& state, std::shared_ptr<Job> job) : Waiter{state.scheduler}, state_{state}, job_{std::move(job)} {}

 private:
  void started() override {
    job_->waiter = this;
    Status submitted = state_.submit(job_);
    if (submitted) return;
    job_->result.emplace(std::move(submitted).error());
    wake(Wake::ready);
  }
  void ended() override {
    job_->waiter = nullptr;
    job_->stop.request_stop();
  }

  State& state_;
  std::shared_ptr<Job> job_;
};

Status ThreadedKeyMaker::State::submit(std::shared_ptr<Job> job) {
  if (!thread.joinable()) {
    const SignalsBlocked blocked;
    const bool started = guard(false, [this] {
      thread = std::thread{[this]() noexcept { guard([this] { work(); }); }};
      return true;
    });
    if (!started) return Error{ErrorKind::internal, "cannot start a thread for key generation"};
  }
  const std::lock_guard lock{mutex};
  queue.push_back(std::move(job));
  changed.notify_one();
  return {};
}

void ThreadedKeyMaker::State::work() {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock{mutex};
      changed.wait(lock, [this] { return ending || !queue.empty(); });
      if (ending) return;
      job = std::move(queue.front());
      queue.pop_front();
    }
    if (job->stop.stop_requested()) continue;
    job->result.emplace(PrivateKey::generate(job->type, job->stop.get_token()));
    loop.post([job] {
      if (job->waiter != nullptr) job->waiter->wake(Wake::ready);
    });
  }
}

ThreadedKeyMaker::ThreadedKeyMaker(Scheduler& scheduler, CurlLoop& loop)
    : state_{std::make_unique<State>(scheduler, loop)} {}

ThreadedKeyMaker::~ThreadedKeyMaker() {
  {
    const std::lock_guard lock{state_->mutex};
    state_->ending = true;
    state_->changed.notify_one();
  }
  // Nobody waits any more, so every job has been told to stop.
  if (state_->thread.joinable()) state_->thread.join();
}

Task<Result<PrivateKey>> ThreadedKeyMaker::make(KeyType type) {
  if (type.algorithm == KeyAlgorithm::ecdsa) co_return PrivateKey::generate(type);
  auto job = std::make_shared<Job>(type);
  State::Wait wait{*state_, job};
  const Wake wake = co_await wait;
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "key generation stopped"};
  co_return std::move(*job->result);
}

}  // namespace acme
