#include "common/transport/threaded_key_maker.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "common/base/guard.hpp"
#include "common/base/signals_blocked.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostThreads = 4;
constexpr std::size_t kMostAhead = 64;
constexpr int kNiceness = 10;

std::size_t thread_limit() { return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads); }

/// One key asked for; shared, because its coroutine may be gone when the thread is done with it.
struct Job {
  explicit Job(KeyType t) : type{t} {}
  const KeyType type;
  std::stop_source stop;
  std::optional<Result<PrivateKey>> result;  // the thread's until the loop is told
  // Loop's thread only:
  bool done = false;         // the loop was told
  Waiter* waiter = nullptr;  // null when nobody waits, or not any more
};

}  // namespace

struct ThreadedKeyMaker::State {
  State(Scheduler& s, CurlLoop& l) : scheduler{s}, loop{l} {}

  Scheduler& scheduler;
  CurlLoop& loop;
  std::vector<std::thread> threads;
  std::deque<std::shared_ptr<Job>> ahead;  // expected, not yet asked for; loop's thread only
  std::mutex mutex;                        // guards the three below
  std::condition_variable changed;
  std::deque<std::shared_ptr<Job>> queue;
  bool ending = false;

  class Wait;
  Status start_thread();
  Status submit(const std::shared_ptr<Job>& job);
  std::shared_ptr<Job> take_ahead(KeyType type);
  void work();
};

/// co_await: until the submitted job's result is there, or cancelled.
class ThreadedKeyMaker::State::Wait final : public Waiter {
 public:
  Wait(Scheduler& scheduler, std::shared_ptr<Job> job) : Waiter{scheduler}, job_{std::move(job)} {}

 private:
  void started() override {
    job_->waiter = this;
    if (job_->done) wake(Wake::ready);
  }
  void ended() override {
    job_->waiter = nullptr;
    job_->stop.request_stop();
  }

  std::shared_ptr<Job> job_;
};

Status ThreadedKeyMaker::State::start_thread() {
  const SignalsBlocked blocked;
  const bool started = guard(false, [this] {
    threads.emplace_back([this]() noexcept { guard([this] { work(); }); });
    return true;
  });
  if (!started && threads.empty()) {
    return Error{ErrorKind::internal, "cannot start a thread for key generation"};
  }
  return {};
}

Status ThreadedKeyMaker::State::submit(const std::shared_ptr<Job>& job) {
  {
    const std::lock_guard lock{mutex};
    queue.push_back(job);
  }
  changed.notify_one();
  return threads.size() < thread_limit() ? start_thread() : Status{};
}

std::shared_ptr<Job> ThreadedKeyMaker::State::take_ahead(KeyType type) {
  const auto found = std::find_if(ahead.begin(), ahead.end(), [&](const auto& job) { return job->type == type; });
  if (found == ahead.end()) return nullptr;
  auto job = *found;
  ahead.erase(found);
  return job;
}

void ThreadedKeyMaker::State::work() {
  // Of this thread alone, on Linux. It serves nobody worse when that fails.
  (void)::setpriority(PRIO_PROCESS, 0, kNiceness);
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
      job->done = true;
      if (job->waiter != nullptr) job->waiter->wake(Wake::ready);
    });
  }
}

ThreadedKeyMaker::ThreadedKeyMaker(Scheduler& scheduler, CurlLoop& loop)
    : state_{std::make_unique<State>(scheduler, loop)} {}

ThreadedKeyMaker::~ThreadedKeyMaker() {
  for (const auto& job : state_->ahead) job->stop.request_stop();
  {
    const std::lock_guard lock{state_->mutex};
    state_->ending = true;
  }
  state_->changed.notify_all();
  // Nobody waits any more, so every other job has been told to stop as well.
  for (auto& thread : state_->threads) thread.join();
}

void ThreadedKeyMaker::expect(KeyType type) {
  if (type.algorithm == KeyAlgorithm::ecdsa || state_->ahead.size() >= kMostAhead) return;
  auto job = std::make_shared<Job>(type);
  // Where that fails, make() fails and says so.
  if (state_->submit(job)) state_->ahead.push_back(std::move(job));
}

Task<Result<PrivateKey>> ThreadedKeyMaker::make(KeyType type) {
  if (type.algorithm == KeyAlgorithm::ecdsa) co_return PrivateKey::generate(type);
  auto job = state_->take_ahead(type);
  if (!job) {
    job = std::make_shared<Job>(type);
    auto submitted = state_->submit(job);
    if (!submitted) co_return std::move(submitted).error();
  }
  State::Wait wait{state_->scheduler, job};
  const Wake wake = co_await wait;
  if (wake == Wake::cancelled) {
    job->stop.request_stop();  // a scheduler that was stopped before does not begin to wait
    co_return Error{ErrorKind::cancelled, "key generation stopped"};
  }
  co_return std::move(*job->result);
}

}  // namespace acme
