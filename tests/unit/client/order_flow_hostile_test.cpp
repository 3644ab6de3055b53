// A CA, or what stands before it, that means harm or is out of order: what is asked of it stays little, and nothing is
// done for it that nobody ordered.
#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

using Answer = SimulatedCa::Answer;

void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
}

void set_nonce(Answer& answer, const std::string& nonce) {
  for (auto& [name, value] : answer->headers) {
    if (name == "replay-nonce") value = nonce;
  }
}

}  // namespace

static void names_that_were_not_ordered_are_not_proved() {
  for (const std::string other : {"victim.test", "ba.test", "xa.test", "sub.a.test"}) {
    EngineWorld world;
    world.add_certificate("a.test");
    world.ca().afterwards = [&](CaRequest kind, Answer& answer) {
      if (kind == CaRequest::authorization && answer) replace(answer->body, "\"a.test\"", cat('"', other, '"'));
    };
    world.start();
    world.pass(3s);
    CHECK(world.log.has(cat("the CA wants a proof of ", other, ", which was not ordered")));
    CHECK(world.published.empty());
    CHECK(world.board.live.empty());
    CHECK_EQ(world.ca().count(CaRequest::challenge), 0);
    world.ca().afterwards = nullptr;
    reach(world, 1, 1min);
  }
}

static void a_parent_domain_may_be_proved_instead() {
  EngineWorld world;
  world.add_certificate("www.a.test");
  world.ca().afterwards = [&](CaRequest kind, Answer& answer) {
    if (kind == CaRequest::authorization && answer) replace(answer->body, "\"www.a.test\"", "\"a.test\"");
  };
  world.start();
  reach(world, 1, 1min);
}

static void an_order_that_is_not_all_there_is_looked_at_again() {
  EngineWorld world;
  world.add_certificate("a.test");
  bool bare = true;
  world.ca().afterwards = [&](CaRequest kind, Answer& answer) {
    const bool order = kind == CaRequest::order || kind == CaRequest::new_order;
    if (!order || !answer || !bare) return;
    const auto at = answer->body.find("\"authorizations\":[") + 18;
    answer->body.erase(at, answer->body.find(']', at) - at);
  };
  world.start();
  world.pass(20s);
  CHECK(world.ca().count(CaRequest::order) >= 3 && world.ca().count(CaRequest::order) <= 20);
  bare = false;
  reach(world, 1, 20s);
}

static void no_nonce_is_sent_twice() {
  EngineWorld world;
  world.add_certificate("a.test");
  std::string first;
  bool cached = true;
  world.ca().afterwards = [&](CaRequest, Answer& answer) {
    if (!answer || !cached) return;
    for (const auto& [name, value] : answer->headers) {
      if (name == "replay-nonce" && first.empty()) first = value;
    }
    set_nonce(answer, first);
  };
  world.start();
  world.pass(3s);
  CHECK(world.log.has("without a usable Replay-Nonce"));
  CHECK(world.ca().count(CaRequest::new_account) <= 1);
  CHECK(world.ca().count(CaRequest::new_nonce) <= 3);
  cached = false;
  reach(world, 1, 1min);
}

static void refused_nonces_are_not_followed_by_a_storm() {
  EngineWorld world;
  world.add_certificate("a.test");
  std::vector<SteadyTime> asked;
  world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_account) return std::nullopt;
    asked.push_back(world.clock.steady_now());
    auto answer = problem_answer(400, "badNonce", "once more");
    answer.headers.emplace_back("replay-nonce", cat("nonce", asked.size() + 1000));
    return answer;
  };
  world.start();
  world.pass(1min);
  CHECK(asked.size() >= 20U && asked.size() <= 40U);
  CHECK(asked.at(19) - asked.front() >= 10s);
}

static void another_directory_is_asked_for_when_nobody_answers() {
  for (const std::string resource : {"new-nonce", "new-account", "new-order"}) {
    EngineWorld world;
    world.add_certificate("a.test");
    bool led_astray = true;
    world.ca().afterwards = [&](CaRequest kind, Answer& answer) {
      if (kind == CaRequest::directory && led_astray) replace(answer->body, "ca.test/" + resource, "ca.test/no-such");
    };
    world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
      if (kind == CaRequest::unknown) return html(404);
      return std::nullopt;
    };
    world.start();
    world.pass(3s);
    CHECK(world.log.has("no ACME problem document"));
    led_astray = false;
    reach(world, 1, 1min);
  }
}

static void a_long_refusal_leaves_room_for_what_follows() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    std::string all;
    for (int i = 0; i < 200; ++i) {
      all += cat(i == 0 ? "" : ",", R"({"type":"x","detail":")", std::string(2000, 'd'), "\"}");
    }
    auto answer = problem_answer(403, "rejectedIdentifier", "no");
    answer.body.insert(1, cat("\"subproblems\":[", all, "],"));
    return answer;
  };
  world.start();
  world.pass(3s);
  CHECK(world.log.has("; tried again in "));
  CHECK(world.state(id).last_error.size() > 1200);
  const std::string all = world.log.all();
  for (const auto line : split(all, '\n')) CHECK(line.size() < 1900);
}

/// One that was to come again at once is not kept away by our own pause.
static void an_operator_may_try_once_the_ca_lets() {
  for (const auto& [said, allowed] : {std::pair{"0", true}, {"1", true}, {"600", false}}) {
    EngineWorld world;
    world.add_certificate("a.test");
    bool broken = true;
    world.ca().instead = [&, said = said](CaRequest kind) -> std::optional<Answer> {
      if (kind != CaRequest::new_order || !broken) return std::nullopt;
      auto answer = html(503);
      answer.headers.emplace_back("retry-after", said);
      return answer;
    };
    world.start();
    world.pass(20s);  // a second failure: the next try would be in half a minute
    broken = false;
    world.engine().certificates()[0]->order_now(true);
    world.pass(3s);
    CHECK_EQ(world.engine().versions().size() == 1U, allowed);
  }
}

int main() {
  return acme_test::run(
      "order_flow_hostile",
      {ACME_TEST(names_that_were_not_ordered_are_not_proved), ACME_TEST(a_parent_domain_may_be_proved_instead),
       ACME_TEST(an_order_that_is_not_all_there_is_looked_at_again), ACME_TEST(no_nonce_is_sent_twice),
       ACME_TEST(refused_nonces_are_not_followed_by_a_storm),
       ACME_TEST(another_directory_is_asked_for_when_nobody_answers),
       ACME_TEST(a_long_refusal_leaves_room_for_what_follows), ACME_TEST(an_operator_may_try_once_the_ca_lets)});
}
