#include "common/transport/threaded_key_maker.hpp"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;

namespace {

using Results = std::vector<Result<PrivateKey>>;

struct Engine {
  SystemClock clock;
  Scheduler scheduler{clock};
  std::unique_ptr<CurlLoop> loop = std::move(CurlLoop::create(scheduler, "acme-test/1")).value();
  ThreadedKeyMaker maker{scheduler, *loop};
  Results results;
};

Task<void> make_key(KeyMaker& maker, KeyType type, Results& results) {
  auto task = maker.make(type);
  auto result = co_await std::move(task);
  results.push_back(std::move(result));
}

constexpr KeyType kRsa2048{KeyAlgorithm::rsa, 2048};
constexpr KeyType kRsa4096{KeyAlgorithm::rsa, 4096};

/// How many threads of this process block each of these signals.
int threads_blocking(std::initializer_list<int> signals) {
  int count = 0;
  for (const auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::ifstream status{task.path() / "status"};
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("SigBlk:")) continue;
      const auto mask = std::stoull(line.substr(8), nullptr, 16);
      const auto blocked = [&](int number) { return (mask >> static_cast<unsigned>(number - 1) & 1U) != 0; };
      if (std::all_of(signals.begin(), signals.end(), blocked)) ++count;
    }
  }
  return count;
}

}  // namespace

static void ecdsa_keys_are_made_at_once() {
  Engine engine;
  engine.scheduler.spawn(make_key(engine.maker, KeyType{KeyAlgorithm::ecdsa, 384}, engine.results));
  CHECK_EQ(engine.results.size(), 1U);
  CHECK_OK(engine.results[0]);
  CHECK_EQ(to_string(engine.results[0]->type()), "ecdsa:384");
}

static void rsa_keys_leave_the_loop_free() {
  Engine engine;
  for (int i = 0; i < 3; ++i) engine.scheduler.spawn(make_key(engine.maker, kRsa2048, engine.results));
  CHECK(engine.results.empty());
  engine.loop->run();
  CHECK_EQ(engine.results.size(), 3U);
  for (const auto& result : engine.results) {
    CHECK_OK(result);
    CHECK_EQ(to_string(result->type()), "rsa:2048");
  }
}

static void an_impossible_key_is_an_error() {
  Engine engine;
  engine.scheduler.spawn(make_key(engine.maker, KeyType{KeyAlgorithm::rsa, 512}, engine.results));
  engine.loop->run();
  CHECK(engine.results.at(0).error().kind == ErrorKind::crypto);
}

static void expected_keys_are_given_to_who_asks() {
  Engine engine;
  for (int i = 0; i < 3; ++i) engine.maker.expect(kRsa2048);
  engine.maker.expect(KeyType{});
  for (int i = 0; i < 2; ++i) engine.scheduler.spawn(make_key(engine.maker, kRsa2048, engine.results));
  engine.loop->run();
  CHECK_EQ(engine.results.size(), 2U);
  // What was made ahead and not taken waits for the next.
  engine.scheduler.spawn(make_key(engine.maker, kRsa2048, engine.results));
  engine.loop->run();
  CHECK_EQ(engine.results.size(), 3U);
  std::set<std::string> distinct;
  for (const auto& result : engine.results) distinct.insert(std::string{result->to_pem()->view()});
  CHECK_EQ(distinct.size(), 3U);
}

static void expected_keys_do_not_hold_up_the_end() {
  const auto start = std::chrono::steady_clock::now();
  {
    Engine engine;
    for (int i = 0; i < 1000; ++i) engine.maker.expect(kRsa4096);
  }
  CHECK(std::chrono::steady_clock::now() - start < 1s);
}

static void stop_aborts_keys_in_the_middle() {
  auto start = std::chrono::steady_clock::now();
  {
    Engine engine;
    for (int i = 0; i < 50; ++i) engine.scheduler.spawn(make_key(engine.maker, kRsa4096, engine.results));
    std::thread stopper{[&] {
      std::this_thread::sleep_for(20ms);
      start = std::chrono::steady_clock::now();
      engine.loop->request_stop();
    }};
    engine.loop->run();
    stopper.join();
    CHECK_EQ(engine.results.size(), 50U);
    CHECK(engine.results.back().error().kind == ErrorKind::cancelled);
    engine.scheduler.spawn(make_key(engine.maker, kRsa4096, engine.results));
    CHECK(engine.results.back().error().kind == ErrorKind::cancelled);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  print_message("stop while making rsa:4096: %d ms\n", static_cast<int>(took.count()));
  CHECK(took < 1s);
}

static void the_helper_threads_take_no_signals() {
  Engine engine;
  const auto blocking = [] { return threads_blocking({SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGQUIT, SIGALRM}); };
  const int before = blocking();
  engine.scheduler.spawn(make_key(engine.maker, kRsa2048, engine.results));
  const int during = blocking();
  engine.loop->run();
  CHECK(during > before);
  CHECK_OK(engine.results.at(0));
}

int main() {
  return acme_test::run("threaded_key_maker",
                        {ACME_TEST(ecdsa_keys_are_made_at_once), ACME_TEST(rsa_keys_leave_the_loop_free),
                         ACME_TEST(an_impossible_key_is_an_error), ACME_TEST(expected_keys_are_given_to_who_asks),
                         ACME_TEST(expected_keys_do_not_hold_up_the_end), ACME_TEST(stop_aborts_keys_in_the_middle),
                         ACME_TEST(the_helper_threads_take_no_signals)});
}
