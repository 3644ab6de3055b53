// The engine and renewal information, fallback issuers and limits, at wire level.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/certificate_facts.hpp"
#include "common/runtime/crash_brake.hpp"
#include "common/runtime/engine.hpp"
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

Answer limited(const char* text, int seconds) {
  auto answer = problem_answer(429, "rateLimited", text);
  answer.headers.emplace_back("retry-after", cat(seconds));
  return answer;
}

/// Of the newest order.
const CaOrder& last_order(EngineWorld& world, const std::string& issuer = "ca") {
  return world.ca(issuer).records().orders.back();
}

}  // namespace

static void a_year_by_the_cas_own_suggestions() {
  EngineWorld world;
  for (int i = 0; i < 50; ++i) world.add_certificate(cat("n", i, ".test"));
  std::map<std::string, UtcTime> first_asked;
  world.ca().suggests = [&](const std::string& id) {
    const UtcTime issued = first_asked.try_emplace(id, world.clock.now()).first->second;
    return SimulatedCa::Window{issued + days{40}, issued + days{44}};
  };
  world.start();
  reach(world, 1, 1min);
  world.pass(days{365});
  for (const auto& config : world.configuration.certificates) {
    CHECK(world.store.version_numbers(config.id).back() >= 9 && world.store.version_numbers(config.id).back() <= 10);
    CHECK(world.state(config.id).renew_reason.starts_with("the CA suggests it"));
  }
  CHECK(!last_order(world).replaces.empty());
  // 50 certificates, four times a day.
  CHECK(world.ca().count(CaRequest::renewal_info) <= 50 * 366 * 4);
  CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
}

static void now_means_now_and_is_explained_once() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  bool now = false;
  world.ca().suggests = [&](const std::string&) {
    if (!now || world.store.versions(id) > 1)
      return SimulatedCa::Window{world.clock.now() + days{50}, world.clock.now() + days{51}};
    return SimulatedCa::Window{world.clock.now() - 2h, world.clock.now() - 1h};
  };
  world.ca().explanation_url = "https://ca.test/why";
  world.start();
  reach(world, 1, 5s);
  const auto first = world.current(id);
  world.pass(1h);
  now = true;
  reach(world, 2, 7h);
  CHECK_EQ(last_order(world).replaces, first->meta.renewal_id);
  CHECK(world.log.has("it explains why at https://ca.test/why"));
  // Gone on with over a restart, without asking again before it is time.
  world.pass(1min);
  const int polls = world.ca().count(CaRequest::renewal_info);
  world.start(true);
  world.pass(10min);
  CHECK_EQ(world.ca().count(CaRequest::renewal_info), polls);
}

static void a_ca_that_always_says_now_gets_few_orders() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().suggests = [&](const std::string&) {
    return SimulatedCa::Window{world.clock.now() - 2h, world.clock.now() - 1h};
  };
  world.start();
  world.pass(days{7});
  CHECK_EQ(world.ca().records().orders.size(), 5U);
  CHECK(world.log.has("as many as a CA allows: the next one is ordered at 2026-01-08"));
}

static void two_key_types_share_the_last_place() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.add_certificate("a.test", "ca", KeyType{KeyAlgorithm::ecdsa, 384});
  world.ca().suggests = [&](const std::string&) {
    return SimulatedCa::Window{world.clock.now() - 2h, world.clock.now() - 1h};
  };
  world.start();
  world.pass(days{6});
  // Both begin while four are issued; the second is not ordered behind the first.
  CHECK_EQ(world.ca().records().orders.size(), 5U);
}

static void a_poll_that_fails_is_nobodys_business() {
  for (const int how : {0, 1, 2, 3}) {
    EngineWorld world;
    const auto id = world.add_certificate("a.test");
    world.ca().suggests = [&](const std::string&) {
      return SimulatedCa::Window{world.clock.now() + days{3}, world.clock.now() + days{1}};  // inverted
    };
    world.ca().instead = [how](CaRequest kind) -> std::optional<Answer> {
      if (kind != CaRequest::renewal_info || how == 3) return std::nullopt;
      if (how == 0) return no_answer();
      if (how == 1) return html(404);
      return answer(200, "{\"suggestedWindow\":");
    };
    world.start();
    reach(world, 2, days{61});
    CHECK(world.current(id)->meta.not_before > UtcTime{1767225600s} + days{58});
    CHECK_EQ(world.log.count(LogLevel::warn) + world.log.count(LogLevel::error), 0U);
    CHECK(world.log.count(LogLevel::info) < 10);
  }
}

static void a_refused_reference_is_left_out() {
  for (const int status : {409, 500}) {
    EngineWorld world;
    const auto id = world.add_certificate("a.test");
    world.ca().suggests = [&](const std::string&) {
      return SimulatedCa::Window{world.clock.now() + days{1}, world.clock.now() + days{2}};
    };
    world.ca().refuses_replaces = status;
    world.start();
    reach(world, 2, days{90});
    CHECK(last_order(world).replaces.empty());
    CHECK_EQ(world.ca().count(CaRequest::new_order), 3);
    CHECK_EQ(world.state(id).failures, 0U);
    CHECK_EQ(world.log.count(LogLevel::warn), 0U);
  }
}

static void trouble_of_the_ca_is_asked_twice_only_for_a_reference() {
  struct Row {
    bool suggests;
    bool busy;  // it names the time
    int at_once;
  };
  for (const Row row : {Row{true, false, 2}, Row{true, true, 1}, Row{false, false, 1}}) {
    EngineWorld world;
    world.add_certificate("a.test");
    if (row.suggests) {
      world.ca().suggests = [&](const std::string&) {
        return SimulatedCa::Window{world.clock.now() + days{1}, world.clock.now() + days{2}};
      };
    }
    world.start();
    reach(world, 1, 10s);
    std::vector<UtcTime> asked;
    world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
      if (kind != CaRequest::new_order) return std::nullopt;
      asked.push_back(world.clock.now());
      auto trouble = problem_answer(500, "serverInternal", "no database");
      if (row.busy) trouble.headers.emplace_back("retry-after", "3600");
      return trouble;
    };
    for (int hours = 0; hours < 90 * 24 && asked.empty(); ++hours) world.pass(1h);
    CHECK(!asked.empty());
    CHECK_EQ(std::count(asked.begin(), asked.end(), asked.front()), row.at_once);
  }
}

static void another_issuer_helps_out_and_the_first_comes_back() {
  EngineWorld world;
  world.add_ca("other");
  const auto id = world.add_certificate("a.test");
  world.configuration.certificates[0].fallback = {"other"};
  world.ca().bad_names = {{"a.test", "caa"}};
  world.start();
  world.pass(5min);
  CHECK_EQ(world.ca("other").records().orders.size(), 0U);
  // The count goes on over a restart.
  world.start(false);
  reach(world, 1, 30min);
  CHECK_EQ(world.current(id)->meta.issuer, "other");
  CHECK_EQ(world.ca().records().failed_validations.size(), 3U);
  CHECK(world.log.has("tried again now at issuer other"));
  world.ca().bad_names.clear();
  reach(world, 2, days{90});
  CHECK_EQ(world.current(id)->meta.issuer, "ca");
  CHECK(last_order(world).replaces.empty());
}

static void a_dead_first_issuer_does_not_cost_days() {
  EngineWorld world;
  world.add_ca("bad");
  world.add_ca("other");
  const auto id = world.add_certificate("a.test");
  world.configuration.certificates[0].fallback = {"bad", "other"};
  world.ca().instead = [](CaRequest) -> std::optional<Answer> { return no_answer(); };
  world.ca("bad").instead = [](CaRequest) -> std::optional<Answer> { return html(503); };
  world.start();
  reach(world, 1, 15min);
  CHECK_EQ(world.current(id)->meta.issuer, "other");
}

static void a_limit_of_new_orders_holds_all_of_the_account() {
  EngineWorld world;
  world.add_ca("other");
  for (int i = 0; i < 40; ++i) world.add_certificate(cat("n", i, ".test"));
  world.add_certificate("else.test", "other");
  const UtcTime free = world.clock.now() + 2h;
  world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order || world.clock.now() >= free) return std::nullopt;
    return limited("too many new orders (300) from this account in the last 3h0m0s",
                   static_cast<int>((free - world.clock.now()).count()));
  };
  world.start();
  world.pass(119min);
  CHECK(world.ca().count(CaRequest::new_order) <= 16);
  CHECK_EQ(world.ca("other").records().orders.size(), 1U);
  world.ca().instead = nullptr;
  reach(world, 1, 10min);
}

static void a_limit_of_one_set_holds_that_certificate() {
  EngineWorld world;
  for (int i = 0; i < 40; ++i) world.add_certificate(cat("n", i, ".test"));
  int refused = 0;
  world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order || refused++ > 0) return std::nullopt;
    return limited("too many certificates (5) already issued for this exact set of identifiers in the last 168h", 7200);
  };
  world.start();
  world.pass(1h);
  CHECK_EQ(world.engine().versions().size(), 39U);
  reach(world, 1, 70min);
}

static void a_paused_account_shows_where_to_go() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind != CaRequest::new_order) return std::nullopt;
    return limited(
        "Your account is temporarily prevented from requesting certificates for a.test and possibly others. "
        "Please visit: https://ca.test/sfe/v1/unpause?jwt=abc",
        86400);
  };
  world.start();
  world.pass(1h);
  CHECK(world.log.has("https://ca.test/sfe/v1/unpause?jwt=abc"));
  CHECK(world.log.has("open the link"));
  CHECK_EQ(world.ca().count(CaRequest::new_order), 1);
}

static void an_operators_now_ends_with_the_sixth_certificate() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  reach(world, 1, 5s);
  for (int i = 0; i < 8; ++i) {
    world.engine().certificates()[0]->order_now(true);
    world.pass(1min);
  }
  CHECK_EQ(world.ca().records().orders.size(), 5U);
  world.pass(days{8});
  CHECK_EQ(world.ca().records().orders.size(), 5U);
}

static void what_crashed_the_engine_three_times_is_set_aside() {
  MemoryLedger ledger;
  UtcTime now{1767225600s};
  const auto note = [&](LedgerEvent event, const char* subject) {
    LedgerEntry entry;
    entry.time = now;
    entry.event = event;
    entry.subject = subject;
    CHECK_OK(ledger.append(entry));
    now += 10s;
  };
  for (int life = 0; life < 4; ++life) {
    note(LedgerEvent::engine_start, "");
    CHECK(crashed_the_engine(ledger, now).size() == (life < 3 ? 0U : 1U));
    note(LedgerEvent::attempt, "good");
    note(LedgerEvent::attempt_end, "good");
    note(LedgerEvent::attempt, "bad");
  }
  CHECK(crashed_the_engine(ledger, now).contains("bad"));
  CHECK(crashed_the_engine(ledger, now + days{2}).empty());
  CHECK(aside_after_crashes(std::nullopt) == days{1});
  CHECK(aside_after_crashes(days{90}) == days{1});
  CHECK(aside_after_crashes(6h) == 45min);
}

int main() {
  return acme_test::run(
      "engine_renewal",
      {ACME_TEST(a_year_by_the_cas_own_suggestions), ACME_TEST(now_means_now_and_is_explained_once),
       ACME_TEST(a_ca_that_always_says_now_gets_few_orders), ACME_TEST(two_key_types_share_the_last_place),
       ACME_TEST(a_poll_that_fails_is_nobodys_business), ACME_TEST(a_refused_reference_is_left_out),
       ACME_TEST(trouble_of_the_ca_is_asked_twice_only_for_a_reference),
       ACME_TEST(another_issuer_helps_out_and_the_first_comes_back), ACME_TEST(a_dead_first_issuer_does_not_cost_days),
       ACME_TEST(a_limit_of_new_orders_holds_all_of_the_account), ACME_TEST(a_limit_of_one_set_holds_that_certificate),
       ACME_TEST(a_paused_account_shows_where_to_go), ACME_TEST(an_operators_now_ends_with_the_sixth_certificate),
       ACME_TEST(what_crashed_the_engine_three_times_is_set_aside)});
}
