// What an issuer's settings ask of an order, and CAs that will not give it.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/client/order_flow.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

using Answer = SimulatedCa::Answer;
using std::chrono::days;

void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

std::size_t lines_with(const EngineWorld& world, std::string_view text) {
  const auto& lines = world.log.lines();
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [&](const auto& line) { return line.second.find(text) != std::string::npos; }));
}

Seconds lifetime_of(EngineWorld& world, const std::string& id) {
  const auto current = world.current(id);
  CHECK(current.has_value());
  return current->meta.not_after - current->meta.not_before;
}

std::string add_with_lifetime(EngineWorld& world, const std::string& name) {
  const std::string id = world.add_certificate(name);
  world.configuration.certificates.back().lifetime = days{7};
  return id;
}

}  // namespace

static void must_staple_is_asked_for() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.configuration.certificates.back().must_staple = true;
  world.start();
  reach(world, 1, 10s);
  const auto chain = CertificateChain::from_pem(world.current(id)->fullchain_pem);
  CHECK_OK(chain);
  CHECK(chain->facts().must_staple);
  CHECK_EQ(lines_with(world, "must_staple"), 0U);
}

static void a_certificate_without_it_serves_and_is_told() {
  EngineWorld world;
  world.ca().issue.ignore_must_staple = true;
  world.add_certificate("a.test");
  world.configuration.certificates.back().must_staple = true;
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(lines_with(world, "left out must_staple"), 1U);
}

static void a_lifetime_is_granted() {
  EngineWorld world;
  world.ca().not_after = NotAfter::honoured;
  const auto id = add_with_lifetime(world, "a.test");
  world.start();
  reach(world, 1, 10s);
  CHECK(lifetime_of(world, id) <= days{7} && lifetime_of(world, id) > days{6});
  reach(world, 2, days{5});  // and renewed by it
  CHECK_EQ(world.log.count(LogLevel::warn), 0U);
}

static void a_lifetime_that_is_refused_is_told_once() {
  EngineWorld world;
  world.ca().not_after = NotAfter::refused;
  for (int i = 0; i < 5; ++i) add_with_lifetime(world, cat("n", i, ".test"));
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(world.ca().records().orders.size(), 5U);
  reach(world, 2, days{90});
  // Those that were under way at once may each have asked; none asks again.
  CHECK(world.ca().count(CaRequest::new_order) <= 15);
  CHECK_EQ(lines_with(world, "`lifetime`"), 1U);
}

static void a_lifetime_that_is_ignored_is_told_once() {
  EngineWorld world;
  for (int i = 0; i < 5; ++i) add_with_lifetime(world, cat("n", i, ".test"));
  world.start();
  reach(world, 1, 10s);
  reach(world, 2, days{90});
  CHECK_EQ(lines_with(world, "not of 7 days as `lifetime` asks"), 1U);
}

static void a_refusal_of_something_else_stays_one() {
  EngineWorld world;
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    return problem_answer(403, "rejectedIdentifier", "not this name");
  };
  add_with_lifetime(world, "a.test");
  world.start();
  world.pass(10s);
  CHECK_EQ(world.ca().count(CaRequest::new_order), 1);
  CHECK(world.log.has("rejectedIdentifier"));
}

static void a_profile_that_is_withdrawn_holds_only_whom_it_must() {
  for (const bool required : {true, false}) {
    EngineWorld world;
    world.ca().profiles = {"tls", "short"};
    world.issuer().profile = "short";
    world.issuer().profile_required = required;
    const auto id = world.add_certificate("a.test");
    world.start();
    reach(world, 1, 10s);
    CHECK_EQ(world.current(id)->meta.profile, "short");
    world.ca().profiles = {"tls"};
    CHECK_EQ(world.reach_version(2, days{70}), !required);
    CHECK(world.log.has("the CA does not offer the profile \"short\""));
    CHECK(!required || world.log.has("it offers: tls"));
    world.ca().profiles = {"short"};
    reach(world, 2, days{3});
  }
}

static void ten_minutes_of_processing_are_waited_for() {
  EngineWorld world;
  world.ca().issuance_takes = 10min;
  const auto id = world.add_certificate("a.test");
  world.start();
  reach(world, 1, 11min);
  CHECK_EQ(world.ca().records().orders.size(), 1U);
  CHECK(world.ca().count(CaRequest::order) < 200);
  CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
  CHECK(world.current(id).has_value());
}

static void names_that_are_valid_beforehand_need_no_challenge() {
  EngineWorld world;
  world.ca().names_valid_at_once = true;
  world.add_certificate("a.test b.test");
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(world.ca().count(CaRequest::challenge), 0);
  CHECK_EQ(world.ca().records().orders.size(), 1U);
}

int main() {
  return acme_test::run(
      "order_flow_wishes",
      {ACME_TEST(must_staple_is_asked_for), ACME_TEST(a_certificate_without_it_serves_and_is_told),
       ACME_TEST(a_lifetime_is_granted), ACME_TEST(a_lifetime_that_is_refused_is_told_once),
       ACME_TEST(a_lifetime_that_is_ignored_is_told_once), ACME_TEST(a_refusal_of_something_else_stays_one),
       ACME_TEST(a_profile_that_is_withdrawn_holds_only_whom_it_must),
       ACME_TEST(ten_minutes_of_processing_are_waited_for),
       ACME_TEST(names_that_are_valid_beforehand_need_no_challenge)});
}
