// What becomes of a stored order that the next attempt finds and cannot use.
#include "common/client/stored_order.hpp"

#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// The engine ends as newOrder's answer has been stored, and what is stored is changed before the next one.
std::string log_after(const std::function<void(StoredOrder&)>& change) {
  EngineWorld world;
  world.ca().validation_takes = 1h;
  const auto id = world.add_certificate("a.test");
  world.start();
  world.pass(10s);
  auto order = *world.store.load_order(id);
  CHECK(order && !order->order_url.empty());
  change(*order);
  CHECK(world.store.save_order(id, *order).ok());
  world.ca().validation_takes = Duration{0};
  world.start();
  CHECK(world.reach_version(1, 1min));
  CHECK_EQ(world.ca().records().orders.size(), 2U);
  return world.log.all();
}

void an_order_that_cannot_be_gone_on_with_is_not_forgotten_in_silence() {
  using Change = std::function<void(StoredOrder&)>;
  const std::pair<const char*, Change> cases[] = {
      {"is of another account", [](StoredOrder& order) { order.account_url += "1"; }},
      {"is at another CA", [](StoredOrder& order) { order.directory_url += "1"; }},
      {"is for other names",
       [](StoredOrder& order) {
         order.names.push_back({IdentifierType::dns, "b.test"});
       }},
      {"has a key that cannot be read", [](StoredOrder& order) { order.key_pem = Secret{"no key"}; }},
  };
  for (const auto& [words, change] : cases) {
    const std::string log = log_after(change);
    if (log.find(std::string{words} + ", a new one is made") == std::string::npos)
      throw acme_test::Failure{__FILE__, __LINE__, log};
  }
}

}  // namespace

int main() {
  return acme_test::run("stored_order", {ACME_TEST(an_order_that_cannot_be_gone_on_with_is_not_forgotten_in_silence)});
}
