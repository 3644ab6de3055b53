// What a CA has issued counts, whatever became of it here; and a CA that always wants more gets little.
#include "common/runtime/counted_ledger.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

using Answer = SimulatedCa::Answer;

Answer too_many(const char* seconds) {
  auto answer = problem_answer(429, "rateLimited", "too many certificates for exactly this set of names");
  answer.headers.emplace_back("retry-after", seconds);
  return answer;
}

std::size_t issued(const EngineWorld& world) { return world.ledger.count(LedgerEvent::issued); }

}  // namespace

static void refused_certificates_count_for_the_same_names() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().issue.wrong_key = true;
  world.start();
  for (int day = 0; day < 14; ++day) {
    // Whatever the daily retry: five a week, over restarts as well, though each may try at once.
    world.pass(days{1});
    world.start();
    if (day == 5) CHECK_EQ(world.ca().records().orders.size(), 5U);
  }
  CHECK(!world.current(id));
  CHECK(world.ca().records().orders.size() <= 10U);
  CHECK_EQ(issued(world), world.ca().records().orders.size());
  CHECK(world.log.has("5 certificates for exactly these names came from ca within 7 days"));
}

static void what_is_issued_counts_once_however_often_it_is_asked_for() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::certificate) return std::nullopt;
    return html(503);
  };
  world.start();
  world.pass(6h);
  world.start();
  world.pass(6h);
  CHECK(world.ca().count(CaRequest::certificate) > 5);
  CHECK_EQ(issued(world), 1U);
  world.ca().instead = nullptr;
  CHECK(world.reach_version(1, 2h));
  CHECK_EQ(issued(world), 1U);
  CHECK_EQ(world.ca().records().orders.size(), 1U);
}

/// The order is made and counted: holding it back would save the CA nothing.
static void the_last_one_of_the_week_is_fetched_all_the_same() {
  EngineWorld world;
  world.add_certificate("a.test");
  const auto order_until = [&world](std::size_t orders) {
    for (int hour = 0; hour < 200 && world.ca().records().orders.size() < orders; ++hour) {
      world.start();
      world.pass(1h);
    }
    CHECK_EQ(world.ca().records().orders.size(), orders);
  };
  world.ca().issue.wrong_key = true;
  order_until(4);
  world.ca().issue.wrong_key = false;
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::certificate) return std::nullopt;
    return html(503);
  };
  order_until(5);
  CHECK_EQ(issued(world), 5U);
  world.ca().instead = nullptr;
  CHECK(world.reach_version(1, 2h));
  CHECK_EQ(world.ca().records().orders.size(), 5U);
}

static void what_could_not_be_written_is_counted_once_and_written_later() {
  MemoryLedger file;
  CountedLedger ledger{file};
  const UtcTime now{1767225600s};
  const LedgerEntry first{now, LedgerEvent::issued, "ca", issued_subject("a", "1")};
  file.full = true;
  CHECK(!ledger.append(first));
  CHECK(!ledger.append(first));
  CHECK_EQ(ledger.limits().issued_within("ca", "a", days{7}, now), 1U);
  file.full = false;
  CHECK(ledger.append(first));
  CHECK(ledger.append(first));
  CHECK_EQ(file.entries().size(), 1U);
  CHECK(ledger.append({now, LedgerEvent::issued, "ca", issued_subject("a", "2")}));
  CHECK(ledger.append({now, LedgerEvent::issued, "other", issued_subject("a", "2")}));
  CountedLedger again{file};
  CHECK(again.append(first));
  CHECK_EQ(again.limits().issued_within("ca", "a", days{7}, now), 2U);
  CHECK_EQ(again.limits().issued_within("other", "a", days{7}, now), 1U);
}

/// It would be forgotten with this life of the engine.
static void what_could_not_be_written_is_written_before_anything_else() {
  MemoryLedger file;
  CountedLedger ledger{file};
  const UtcTime now{1767225600s};
  file.full = true;
  CHECK(!ledger.append({now, LedgerEvent::issued, "ca", issued_subject("a", "1")}));
  CHECK(!ledger.append({now, LedgerEvent::new_order, "ca", "b"}));
  file.full = false;
  CHECK(ledger.append({now, LedgerEvent::new_order, "ca", "b"}));
  CHECK_EQ(file.entries().size(), 2U);
  CHECK(file.entries().front().event == LedgerEvent::issued);
}

static void lines_of_before_name_no_order() {
  MemoryLedger file;
  const UtcTime now{1767225600s};
  for (int i = 0; i < 3; ++i) CHECK(file.append({now, LedgerEvent::issued, "ca", "a"}));
  const CountedLedger ledger{file};
  CHECK_EQ(ledger.limits().issued_within("ca", "a", days{7}, now), 3U);
}

/// Two at once, then one in a quarter of the lifetime, an hour at most.
static void now_and_now_again_is_not_followed_in_a_loop() {
  struct Row {
    Seconds lifetime;
    Seconds watched;
    std::size_t most;
  };
  for (const Row row : {Row{6h, 5h, 7}, Row{1h, 2h, 11}, Row{10min, 1h, 28}}) {
    EngineWorld world;
    world.add_certificate("a.test");
    world.ca().issue.lifetime = row.lifetime;
    world.ca().suggests = [&](const std::string&) {
      return SimulatedCa::Window{world.clock.now() - 2h, world.clock.now() - 1h};
    };
    world.start();
    // The first word is followed at once.
    CHECK(world.reach_version(2, 1min));
    world.pass(row.watched);
    CHECK(world.ca().records().orders.size() <= row.most);
    CHECK(world.ca().records().orders.size() >= row.most / 2);
  }
}

/// Waits that were counted from a date of the future are counted from now when the clock is right again.
static void a_clock_that_was_ahead_holds_no_retry() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    return html(503);
  };
  const UtcTime right = world.clock.now();
  world.clock.set_wall(right + days{3});
  world.start();
  world.pass(2h);
  CHECK(world.state(world.configuration.certificates.front().id).failures > 2U);
  world.ca().instead = nullptr;
  world.clock.set_wall(right + 2h);
  CHECK(world.reach_version(1, 3h));
}

/// How long it will live is not known; its sibling tells.
static void a_second_key_type_does_not_starve_behind_its_sibling() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().issue.lifetime = 6h;
  world.start();
  world.pass(days{2});
  CHECK(world.ca().records().orders.size() > 5U);
  const auto second = world.add_certificate("a.test", "ca", KeyType{KeyAlgorithm::ecdsa, 384});
  world.start();
  world.pass(1h);
  CHECK(world.current(second).has_value());
}

/// The limit that one issuer named holds nothing that another one may issue.
static void a_renewal_goes_where_no_limit_holds_it() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.add_ca("other");
  world.configuration.certificates[0].fallback = {"other"};
  const auto limited_once = std::make_shared<bool>(false);
  world.ca().instead = [limited_once](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order || std::exchange(*limited_once, true)) return std::nullopt;
    return too_many("600000");
  };
  world.ca("other").issue.lifetime = days{6};
  world.start();
  CHECK(world.reach_version(1, 5min));
  CHECK_EQ(world.ca("other").records().orders.size(), 1U);
  CHECK(world.reach_version(2, days{4}));
  CHECK_EQ(world.ca("other").records().orders.size(), 2U);
  CHECK_EQ(world.ca().records().orders.size(), 0U);
  CHECK(world.log.has("ordered at other"));
  CHECK(world.state(id).issuer.empty() || world.state(id).issuer == "other");
}

/// It is of the names, in whichever key type they are ordered.
static void a_limit_holds_all_key_types() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.add_certificate("a.test", "ca", KeyType{KeyAlgorithm::ecdsa, 384});
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    return too_many("86400");
  };
  world.start();
  world.pass(20h);
  CHECK_EQ(world.ca().count(CaRequest::new_order), 1);
}

/// An order at the issuer before is not gone on with: the limit holds the new one.
static void an_order_elsewhere_is_none() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.add_ca("other");
  world.configuration.certificates[0].fallback = {"other"};
  world.ca().issue.wrong_key = true;
  world.ca("other").issue.wrong_key = true;
  for (int hour = 0; hour < 300; ++hour) {
    world.start();
    world.pass(30min);
  }
  CHECK(world.ca().records().orders.size() <= 5U);
  CHECK(world.ca("other").records().orders.size() <= 5U);
}

int main() {
  return acme_test::run(
      "engine_limits",
      {ACME_TEST(refused_certificates_count_for_the_same_names),
       ACME_TEST(what_is_issued_counts_once_however_often_it_is_asked_for),
       ACME_TEST(the_last_one_of_the_week_is_fetched_all_the_same),
       ACME_TEST(what_could_not_be_written_is_counted_once_and_written_later),
       ACME_TEST(what_could_not_be_written_is_written_before_anything_else), ACME_TEST(lines_of_before_name_no_order),
       ACME_TEST(now_and_now_again_is_not_followed_in_a_loop), ACME_TEST(a_clock_that_was_ahead_holds_no_retry),
       ACME_TEST(a_second_key_type_does_not_starve_behind_its_sibling),
       ACME_TEST(a_renewal_goes_where_no_limit_holds_it), ACME_TEST(a_limit_holds_all_key_types),
       ACME_TEST(an_order_elsewhere_is_none)});
}
