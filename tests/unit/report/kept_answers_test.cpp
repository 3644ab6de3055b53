#include "common/report/kept_answers.hpp"

#include <thread>
#include <vector>

#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_status.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;
using acme_test::ManualClock;
using acme_test::MemoryStatus;

namespace {

constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;

/// Each answer that is made takes `cost` of the processor.
struct World {
  ManualClock clock;
  MemoryStatus source;
  Duration cost = 0ms;
  Duration spent = 0ms;
  KeptAnswers answers{clock,
                      [this] {
                        const Duration before = spent;
                        spent += cost;
                        return before;
                      },
                      kMebibyte};

  World() { add("one.example"); }
  void add(const std::string& name) {
    CertificateSummary summary;
    summary.id = summary.name = name;
    source.add(summary);
    source.count();
  }
  SharedStatusResponse ask(std::string_view query = "", std::string_view accept = "", std::string_view path = "",
                           std::string_view method = "GET") {
    StatusRequest request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.accept = accept;
    request.now = clock.now();
    return answers.answer(request, source);
  }
};

std::string header(const StatusResponse& response, std::string_view wanted) {
  for (const auto& [name, value] : response.headers) {
    if (name == wanted) return value;
  }
  return {};
}

std::string text(const StatusResponse& response) {
  std::string all;
  for (const auto& piece : response.body) all += piece;
  return all;
}

}  // namespace

static void the_same_is_made_once_a_second() {
  World world;
  const auto first = world.ask();
  CHECK(first == world.ask());
  CHECK(first == world.ask("", "text/html", "/"));
  CHECK(first == world.ask("", "", "", "HEAD"));
  world.clock.advance(1s);
  CHECK(first != world.ask());
}

static void another_question_has_its_own_answer() {
  World world;
  const auto page = world.ask();
  CHECK_EQ("application/json", world.ask("", "application/json")->content_type);
  CHECK_EQ("application/json", world.ask("format=json")->content_type);
  CHECK_EQ(404, world.ask("", "", "/below")->status);
  CHECK_EQ(405, world.ask("", "", "", "POST")->status);
  CHECK_EQ(400, world.ask("format=none")->status);
  CHECK_EQ(414, world.ask(std::string(kLongestQuery + 1, 'q'))->status);
  CHECK(page == world.ask());
  CHECK(text(*world.ask("q=one")) != text(*world.ask("q=two")));
}

static void more_questions_than_are_kept() {
  World world;
  for (int round = 0; round < 3; ++round) {
    for (int number = 0; number < 100; ++number) {
      const std::string query = "q=" + std::to_string(number);
      CHECK_EQ(200, world.ask(query)->status);
      CHECK(world.ask(query) == world.ask(query));
    }
  }
}

static void making_takes_a_twentieth_of_the_time() {
  World world;
  world.cost = 10ms;
  int made = 0, refused = 0;
  for (int number = 0; number < 10000; ++number) {
    const auto answer = world.ask("q=" + std::to_string(number));
    (answer->status == 200 ? made : refused) += 1;
    if (answer->status != 200) CHECK_EQ(503, answer->status);
    world.clock.advance(1ms);
  }
  // Of ten seconds 500 ms, and half a second that was saved.
  CHECK(made >= 95 && made <= 102);
  CHECK_EQ(10000, made + refused);
  auto answer = world.ask("q=more");
  for (int number = 0; answer->status == 200; ++number) answer = world.ask("q=more" + std::to_string(number));
  CHECK_EQ("1", header(*answer, "Retry-After"));
  world.clock.advance(60s);
  CHECK_EQ(200, world.ask("q=more")->status);
}

static void what_is_kept_costs_nothing() {
  World world;
  world.cost = 10s;
  const auto made = world.ask();
  CHECK_EQ(200, made->status);
  CHECK_EQ(503, world.ask("q=other")->status);
  CHECK(made == world.ask());
}

static void slow_readers_hold_so_much_and_no_more() {
  World world;
  for (int number = 0; number < 300; ++number) world.add("n" + std::to_string(number) + ".example");
  std::vector<SharedStatusResponse> held;
  std::size_t bytes = 0;
  for (;;) {
    world.clock.advance(1s);
    auto answer = world.ask("format=metrics");
    if (answer->status != 200) break;
    bytes += text(*answer).size();
    held.push_back(std::move(answer));
    CHECK(bytes < 2 * kMebibyte);
  }
  CHECK(bytes > kMebibyte / 2);
  CHECK_EQ(503, world.ask("format=json")->status);
  held.clear();
  CHECK_EQ(200, world.ask("format=json")->status);
}

static void a_large_answer_is_shared_but_not_kept() {
  World world;
  for (int number = 0; number < 1000; ++number) world.add("n" + std::to_string(number) + ".example");
  std::weak_ptr<const StatusResponse> seen;
  {
    const auto first = world.ask("format=metrics");
    CHECK(first == world.ask("format=metrics"));
    seen = first;
  }
  CHECK(seen.expired());
}

static void an_answer_outlives_who_made_it() {
  SharedStatusResponse answer;
  {
    World world;
    answer = world.ask();
  }
  CHECK(!text(*answer).empty());
}

static void threads_share() {
  World world;
  std::vector<std::thread> threads;
  std::array<SharedStatusResponse, 8> seen;
  for (auto& each : seen) threads.emplace_back([&] { each = world.ask(); });
  for (auto& thread : threads) thread.join();
  for (const auto& each : seen) CHECK(each == seen.front());
  CHECK(KeptAnswers::processor_time() > 0ns);
}

int main() {
  return acme_test::run("kept_answers",
                        {ACME_TEST(the_same_is_made_once_a_second), ACME_TEST(another_question_has_its_own_answer),
                         ACME_TEST(more_questions_than_are_kept), ACME_TEST(making_takes_a_twentieth_of_the_time),
                         ACME_TEST(what_is_kept_costs_nothing), ACME_TEST(slow_readers_hold_so_much_and_no_more),
                         ACME_TEST(a_large_answer_is_shared_but_not_kept), ACME_TEST(an_answer_outlives_who_made_it),
                         ACME_TEST(threads_share)});
}
