#include "common/report/attempt_recorder.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"

using namespace acme;
using acme_test::ManualClock;
using std::chrono::milliseconds;
using std::chrono::seconds;

static void steps_have_durations_by_the_steady_clock() {
  ManualClock clock;
  int told = 0;
  AttemptRecorder recorder{clock, [&] { ++told; }};
  CHECK(recorder.attempt() == nullptr);
  recorder.begin("letsencrypt", "as the CA suggests", {"example.org"});
  clock.advance(milliseconds{1500});
  recorder.step("making the order");
  clock.set_wall(clock.now() - seconds{86400});
  clock.advance(milliseconds{250});
  recorder.step("downloading");
  CHECK(recorder.under_way());
  CHECK(!recorder.attempt()->took);
  clock.advance(milliseconds{50});
  recorder.end(Status{});
  const Attempt& attempt = *recorder.attempt();
  CHECK(!recorder.under_way());
  CHECK(attempt.succeeded);
  CHECK_EQ(attempt.took->count(), 1800);
  CHECK_EQ(attempt.steps.size(), 3U);
  CHECK_EQ(attempt.steps[0].what, "waiting for its turn");
  CHECK_EQ(attempt.steps[0].took->count(), 1500);
  CHECK_EQ(attempt.steps[1].took->count(), 250);
  CHECK_EQ(attempt.steps[2].took->count(), 50);
  CHECK_EQ(attempt.names.at(0).name, "example.org");
  CHECK(attempt.names.at(0).stage == NameStage::valid);
  CHECK_EQ(told, 4);
}

static void a_failure_is_that_of_the_last_step() {
  ManualClock clock;
  AttemptRecorder recorder{clock, {}};
  recorder.begin("le", "", {"a.example", "b.example"});
  recorder.step("making the order");
  recorder.name("b.example", NameStage::failed, "http-01", "no \x1b[31m route");
  recorder.end(Error{ErrorKind::validation, "b.example: the CA\ncould not"});
  const Attempt& attempt = *recorder.attempt();
  CHECK(!attempt.succeeded);
  CHECK(!attempt.steps.front().failed);
  CHECK(attempt.steps.back().failed);
  CHECK_EQ(attempt.steps.back().detail, "b.example: the CA?could not");
  CHECK(attempt.names[0].stage == NameStage::waiting);
  CHECK_EQ(attempt.names[1].detail, "no ?[31m route");
  CHECK_EQ(attempt.names[1].challenge, "http-01");
}

static void what_did_not_come_to_be_an_attempt_leaves_the_one_before() {
  ManualClock clock;
  AttemptRecorder recorder{clock, {}};
  recorder.begin("le", "first", {});
  recorder.end(Error{ErrorKind::transport, "no answer"});
  recorder.begin("le", "second", {});
  recorder.take_back();
  CHECK(!recorder.under_way());
  CHECK_EQ(recorder.attempt()->reason, "first");
  recorder.take_back();
  CHECK_EQ(recorder.attempt()->reason, "first");
}

static void outside_of_an_attempt_nothing_is_kept() {
  ManualClock clock;
  AttemptRecorder recorder{clock, {}};
  recorder.step("downloading");
  recorder.name("a.example", NameStage::valid);
  recorder.end(Status{});
  CHECK(recorder.attempt() == nullptr);
}

static void a_record_is_bounded() {
  ManualClock clock;
  AttemptRecorder recorder{clock, {}};
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back(cat("n", i, ".example"));
  recorder.begin(std::string(5000, 'i'), std::string(5000, 'r'), names);
  for (int i = 0; i < 1000; ++i) recorder.step(cat("step ", i), std::string(5000, 'x'));
  for (const auto& name : names) recorder.name(name, NameStage::failed, std::string(5000, 'c'), std::string(5000, 'y'));
  recorder.end(Error{ErrorKind::problem, std::string(100000, 'z')});
  const Attempt& attempt = *recorder.attempt();
  CHECK_EQ(attempt.steps.size(), AttemptRecorder::kMostSteps);
  CHECK_EQ(attempt.steps.back().what, "step 999");
  CHECK_EQ(attempt.names.size(), AttemptRecorder::kMostNames);
  CHECK(attempt.issuer.size() <= 200 && attempt.reason.size() <= 200);
  for (const auto& step : attempt.steps) CHECK(step.detail.size() <= 520);
  for (const auto& name : attempt.names) CHECK(name.detail.size() <= 520 && name.challenge.size() <= 200);
}

int main() {
  return acme_test::run(
      "attempt_recorder",
      {ACME_TEST(steps_have_durations_by_the_steady_clock), ACME_TEST(a_failure_is_that_of_the_last_step),
       ACME_TEST(what_did_not_come_to_be_an_attempt_leaves_the_one_before),
       ACME_TEST(outside_of_an_attempt_nothing_is_kept), ACME_TEST(a_record_is_bounded)});
}
