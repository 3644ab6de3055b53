// What an operator says about an account while the engine is at work with it.
#include "common/runtime/issuer_runtime.hpp"
#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

Task<void> keep(Task<Status> task, std::optional<Status>& kept) {
  auto status = co_await std::move(task);
  kept.emplace(std::move(status));
}

/// The task's end, while everything else goes on.
Status done(EngineWorld& world, Task<Status> task) {
  std::optional<Status> kept;
  world.scheduler().spawn(keep(std::move(task), kept));
  for (int i = 0; i < 1000 && !kept; ++i) world.pass(100ms);
  CHECK(kept.has_value());
  return *kept;
}

}  // namespace

static void a_new_key_disturbs_no_order() {
  EngineWorld world;
  world.ca().validation_takes = 2s;
  for (int i = 0; i < 40; ++i) world.add_certificate(cat("n", i, ".test"));
  world.start();
  world.pass(1s);  // some challenges are out, more orders wait
  CHECK(!world.board.live.empty());
  const std::string before = world.ca().records().accounts.at(0).key;
  CHECK_OK(done(world, world.engine().issuer("ca")->change_account_key()));
  CHECK(world.ca().records().accounts.at(0).key != before);
  CHECK(world.reach_version(1, 1min));
  CHECK_EQ(world.ca().records().failed_validations.size(), 0U);
  CHECK_EQ(world.ca().records().orders.size(), 40U);
  CHECK_EQ(world.ca().records().accounts.size(), 1U);
  world.start();
  world.pass(80 * 24h);
  CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
}

static void nothing_is_ordered_from_a_deactivated_account() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  CHECK_OK(done(world, world.engine().issuer("ca")->end_account()));
  CHECK(world.ca().records().accounts.at(0).deactivated);
  for (int life = 0; life < 2; ++life) {
    world.pass(70 * 24h);
    CHECK(world.log.has("the account at ca is deactivated: nothing is ordered from it any more"));
    CHECK(world.log.has("remove the folder accounts/ca-"));
    world.log.clear();
    world.start();
  }
  CHECK_EQ(world.ca().count(CaRequest::new_account), 1);
  CHECK_EQ(world.ca().count(CaRequest::new_order), 1);
}

int main() {
  return acme_test::run("issuer_runtime", {ACME_TEST(a_new_key_disturbs_no_order),
                                           ACME_TEST(nothing_is_ordered_from_a_deactivated_account)});
}
