#include "common/runtime/notice_troubles.hpp"

#include "common/base/text.hpp"
#include "common/runtime/tended_certificate.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

using std::chrono::days;

const TendedCertificate& only(EngineWorld& world) { return *world.engine().certificates().front(); }

std::vector<Trouble> troubles(EngineWorld& world) {
  std::vector<Trouble> found;
  add_troubles(only(world), nullptr, world.clock.now(), found);
  return found;
}

}  // namespace

static void a_certificate_that_is_fine_is_in_no_trouble() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  CHECK(troubles(world).empty());
  const TroubledCertificate facts = facts_of(only(world), nullptr);
  CHECK_EQ(facts.name, "a.test");
  CHECK_EQ(facts.version, 1U);
  CHECK(facts.live && facts.not_after && facts.next_try);
  world.pass(days{50});
  CHECK(troubles(world).empty());
}

static void a_name_that_is_not_proved_needs_a_person() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().bad_names = {{"a.test", "connection"}};
  world.start();
  world.pass(1min);
  const auto found = troubles(world);
  CHECK_EQ(found.size(), 1U);
  CHECK(found[0].event == NoticeEvent::failed && found[0].aspect == Aspect::order);
  CHECK_EQ(found[0].cause, "connection");
  CHECK(!found[0].passing);
  CHECK(!found[0].detail.empty());
  CHECK(!found[0].certificate.not_after.has_value());
  CHECK(found[0].certificate.next_try > world.clock.now());
}

static void a_ca_that_does_not_answer_may_come_back() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().instead = [](CaRequest) -> std::optional<SimulatedCa::Answer> {
    return Error{ErrorKind::transport, "ca.test: connection refused"};
  };
  world.start();
  world.pass(1h);
  const auto found = troubles(world);
  CHECK_EQ(found.size(), 1U);
  CHECK_EQ(found[0].cause, "no-answer");
  CHECK(found[0].passing);
  world.ca().instead = nullptr;
  CHECK(world.reach_version(1, 2h));
  CHECK(troubles(world).empty());
}

static void an_account_that_is_refused_blocks_all() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().instead = [](CaRequest kind) -> std::optional<SimulatedCa::Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    return problem_answer(403, "userActionRequired", "agree to the new terms");
  };
  world.start();
  world.pass(1min);
  const auto found = troubles(world);
  CHECK_EQ(found.size(), 1U);
  CHECK(found[0].event == NoticeEvent::blocked);
  CHECK_EQ(found[0].cause, "userActionRequired");
}

static void a_contract_that_ended_blocks_whatever_type_it_has() {
  const struct {
    int status;
    const char* type;
    const char* detail;
    NoticeEvent event;
    const char* cause;
  } table[] = {
      {429, "rateLimited", "order quota exceeded for this subscription", NoticeEvent::blocked, "contract"},
      {500, "serverInternal", "the contract has expired", NoticeEvent::blocked, "contract"},
      {403, "unauthorized", "insufficient funds", NoticeEvent::blocked, "contract"},
      {403, "unauthorized", "the external account binding has expired", NoticeEvent::blocked, "eab-refused"},
      {429, "rateLimited", "too many new orders recently", NoticeEvent::failed, "rateLimited"},
      {403, "unauthorized", "no", NoticeEvent::failed, "unauthorized"},
  };
  for (const auto& row : table) {
    EngineWorld world;
    world.add_certificate("a.test");
    world.ca().instead = [&row](CaRequest kind) -> std::optional<SimulatedCa::Answer> {
      if (kind != CaRequest::new_order) return std::nullopt;
      return problem_answer(row.status, row.type, row.detail);
    };
    world.start();
    world.pass(10min);
    const auto found = troubles(world);
    CHECK_EQ(found.size(), 1U);
    CHECK(found[0].event == row.event);
    CHECK_EQ(found[0].cause, row.cause);
    CHECK_EQ(found[0].passing, found[0].cause == "rateLimited");
  }
}

static void what_was_revoked_and_held_is_a_trouble() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  world.engine().certificates().front()->mark_revoked(false);
  world.pass(1h);
  const auto found = troubles(world);
  CHECK_EQ(found.size(), 1U);
  CHECK(found[0].event == NoticeEvent::revoked && found[0].aspect == Aspect::revocation);
  CHECK_EQ(found[0].certificate.version, 1U);
}

int main() {
  return acme_test::run(
      "notice_troubles",
      {ACME_TEST(a_certificate_that_is_fine_is_in_no_trouble), ACME_TEST(a_name_that_is_not_proved_needs_a_person),
       ACME_TEST(a_ca_that_does_not_answer_may_come_back), ACME_TEST(an_account_that_is_refused_blocks_all),
       ACME_TEST(a_contract_that_ended_blocks_whatever_type_it_has),
       ACME_TEST(what_was_revoked_and_held_is_a_trouble)});
}
