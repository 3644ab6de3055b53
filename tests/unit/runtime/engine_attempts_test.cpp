// What the engine keeps of each attempt, step by step.
#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

const Attempt& attempt_of(EngineWorld& world) {
  const Attempt* attempt = world.engine().certificates().front()->attempt();
  if (attempt == nullptr) throw acme_test::Failure{__FILE__, __LINE__, "no attempt"};
  return *attempt;
}

std::string steps_of(const Attempt& attempt) {
  std::vector<std::string> steps;
  for (const auto& step : attempt.steps) steps.push_back(step.what);
  return join(steps, ", ");
}

const NameProgress& name_of(const Attempt& attempt, const std::string& name) {
  for (const auto& one : attempt.names) {
    if (one.name == name) return one;
  }
  throw acme_test::Failure{__FILE__, __LINE__, name};
}

std::string stage(const Attempt& attempt, const std::string& name) {
  return name_stage_name(name_of(attempt, name).stage);
}

void reach(EngineWorld& world, std::uint64_t version) {
  if (!world.reach_version(version, 1min)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

}  // namespace

static void success_is_told_from_turn_to_storing() {
  EngineWorld world;
  world.add_certificate("a.test b.test");
  world.start();
  reach(world, 1);
  const Attempt& attempt = attempt_of(world);
  CHECK(attempt.succeeded);
  CHECK(attempt.took && *attempt.took > 0ms);
  CHECK_EQ(attempt.issuer, "ca");
  CHECK_EQ(attempt.reason, "there is none yet");
  CHECK_EQ(steps_of(attempt),
           "waiting for its turn, signing in at the CA, making the key, making the order, preparing the proofs of the "
           "names, waiting until the CA has validated the names, asking for the certificate, waiting until the CA has "
           "issued the certificate, downloading the certificate, checking the certificate, storing the certificate");
  for (const auto& step : attempt.steps) CHECK(step.took && !step.failed);
  CHECK_EQ(attempt.names.size(), 2U);
  CHECK_EQ(stage(attempt, "b.test"), "valid");
  CHECK_EQ(name_of(attempt, "b.test").challenge, "http-01");
}

static void progress_shows_while_the_ca_validates() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().validation_takes = 30s;
  world.start();
  world.pass(5s);
  const Attempt& attempt = attempt_of(world);
  CHECK(!attempt.took);
  CHECK_EQ(attempt.steps.back().what, "waiting until the CA has validated the names");
  CHECK(!attempt.steps.back().took);
  CHECK_EQ(stage(attempt, "a.test"), "validating");
}

static void one_of_three_names_fails() {
  EngineWorld world;
  world.add_certificate("a.test b.test c.test");
  world.ca().bad_names["b.test"] = "connection";
  world.start();
  world.pass(20s);
  const Attempt& attempt = attempt_of(world);
  CHECK(attempt.took && !attempt.succeeded);
  CHECK_EQ(attempt.steps.back().what, "asking the CA why it refused");
  CHECK(attempt.steps.back().failed);
  CHECK(attempt.steps.back().detail.find("b.test") != std::string::npos);
  CHECK_EQ(stage(attempt, "a.test"), "valid");
  CHECK_EQ(stage(attempt, "b.test"), "failed");
  CHECK_EQ(name_of(attempt, "b.test").challenge, "http-01");
  CHECK(name_of(attempt, "b.test").detail.starts_with("connection: "));
  CHECK_EQ(stage(attempt, "c.test"), "valid");
}

static void an_order_from_before_says_so() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().validation_takes = 30s;
  world.start();
  world.pass(5s);
  world.start();
  reach(world, 1);
  const std::string steps = steps_of(attempt_of(world));
  CHECK(steps.find("going on with the order from before") != std::string::npos);
  CHECK(steps.find("making the order") == std::string::npos);
}

static void another_challenge_takes_over_within_the_attempt() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.configuration.certificates.back().challenges = {"dns-01", "http-01"};
  world.ca().offers = {"http-01", "dns-01"};
  world.dns.refusals.emplace("a.test", Error{ErrorKind::configuration, "the API says no"});
  world.start();
  reach(world, 1);
  const Attempt& attempt = attempt_of(world);
  CHECK_EQ(name_of(attempt, "a.test").challenge, "http-01");
  CHECK(attempt.succeeded);
}

static void a_ca_that_is_down_is_named() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().instead = [](CaRequest) -> std::optional<SimulatedCa::Answer> { return no_answer(); };
  world.start();
  world.pass(10s);
  const Attempt& attempt = attempt_of(world);
  CHECK(!attempt.succeeded);
  CHECK_EQ(steps_of(attempt), "waiting for its turn, signing in at the CA");
  CHECK(attempt.steps.back().failed && !attempt.steps.back().detail.empty());
  CHECK_EQ(stage(attempt, "a.test"), "waiting");
}

static void a_stop_is_no_failure() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().validation_takes = 30s;
  world.start();
  world.pass(5s);
  const TendedCertificate& tended = *world.engine().certificates().front();
  world.engine().stop();
  world.scheduler().cancel_all();
  world.scheduler().run_ready();
  CHECK(tended.attempt() == nullptr);
}

int main() {
  return acme_test::run(
      "engine_attempts",
      {ACME_TEST(success_is_told_from_turn_to_storing), ACME_TEST(progress_shows_while_the_ca_validates),
       ACME_TEST(one_of_three_names_fails), ACME_TEST(an_order_from_before_says_so),
       ACME_TEST(another_challenge_takes_over_within_the_attempt), ACME_TEST(a_ca_that_is_down_is_named),
       ACME_TEST(a_stop_is_no_failure)});
}
