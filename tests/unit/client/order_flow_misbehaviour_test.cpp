// What a CA may do wrong, how it is told, and that it is got over.
#include "common/base/text.hpp"
#include "common/client/order_flow.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

void reach(EngineWorld& world, std::uint64_t version, Duration longest) {
  if (!world.reach_version(version, longest)) throw acme_test::Failure{__FILE__, __LINE__, world.log.all()};
}

bool has_order(EngineWorld& world, const std::string& id) { return world.store.load_order(id)->has_value(); }

using Answer = SimulatedCa::Answer;

Answer truncated(Answer answer) {
  if (answer) answer->body.resize(answer->body.size() / 3);
  return answer;
}

}  // namespace

static void garbage_at_every_step_is_passing_and_keeps_the_order() {
  const auto make_html = [](Answer) -> Answer { return html(502); };
  const auto make_500 = [](Answer) -> Answer { return problem_answer(500, "serverInternal", "trouble"); };
  const auto make_html_200 = [](Answer) -> Answer { return html(200); };
  using Change = std::function<Answer(Answer)>;
  for (const Change& change : {Change{make_html}, Change{make_500}, Change{make_html_200}, Change{truncated}}) {
    for (const CaRequest where : {CaRequest::directory, CaRequest::new_account, CaRequest::new_order,
                                  CaRequest::authorization, CaRequest::order, CaRequest::certificate}) {
      EngineWorld world;
      const auto id = world.add_certificate("a.test");
      bool broken = true;
      world.ca().afterwards = [&](CaRequest kind, Answer& answer) {
        if (broken && kind == where) answer = change(std::move(answer));
      };
      world.start();
      world.pass(3s);
      const auto state = world.state(id);
      const bool passing = state.last_error_type == "passing" || state.last_error_type == "serverInternal" ||
                           state.last_error_type == "unreadable";
      if (!passing) throw acme_test::Failure{__FILE__, __LINE__, state.last_error_type + "\n" + world.log.all()};
      CHECK_EQ(has_order(world, id), where != CaRequest::directory && where != CaRequest::new_account);
      broken = false;
      reach(world, 1, 1min);
      CHECK_EQ(world.ca().records().accounts.size(), 1U);
      // A newOrder whose answer cannot be read was an order: it is found in the account's list.
      CHECK_EQ(world.ca().records().orders.size(), 1U);
    }
  }
}

static void plain_http_urls_are_refused() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().afterwards = [](CaRequest kind, Answer& answer) {
    if (kind != CaRequest::directory) return;
    const auto at = answer->body.find("https://ca.test/new-order");
    answer->body.replace(at, 5, "http");
  };
  world.start();
  world.pass(3s);
  CHECK(world.log.has("newOrder"));
  CHECK_EQ(world.ca().count(CaRequest::new_account), 0);
  world.ca().afterwards = nullptr;
  reach(world, 1, 1min);
}

static void a_wrong_certificate_is_never_installed() {
  struct Row {
    const char* what;
    void (*make)(IssueOptions&);
    const char* message;
  };
  const Row rows[] = {
      {"key", [](IssueOptions& o) { o.wrong_key = true; }, "does not hold our key"},
      {"names", [](IssueOptions& o) { o.leave_out_a_name = true; }, "does not cover"},
      {"reversed", [](IssueOptions& o) { o.reversed = true; }, "reverse order"},
      {"broken", [](IssueOptions& o) { o.broken = true; }, "not signed by"},
  };
  for (const auto& row : rows) {
    EngineWorld world;
    const auto id = world.add_certificate("a.test b.test");
    row.make(world.ca().issue);
    world.start();
    world.pass(12h);
    CHECK(world.log.has(row.message));
    CHECK(world.log.count(LogLevel::error) == 1);  // daily and loud
    CHECK(!world.current(id));
    CHECK(!has_order(world, id));
    CHECK_EQ(world.ca().records().orders.size(), 1U);
    world.ca().issue = {};
    reach(world, 1, 24h);
  }
}

static void wrong_dates_keep_the_order_until_the_clock_is_right() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().backdated = -std::chrono::hours{3};  // our clock is three hours behind
  world.start();
  world.pass(10s);
  CHECK(has_order(world, id));
  CHECK(world.state(id).last_error_type == "dates");
  reach(world, 1, 5h);
  CHECK_EQ(world.ca().records().orders.size(), 1U);
}

static void an_order_that_lay_for_long_is_made_anew() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().instead = [](CaRequest kind) -> std::optional<Answer> {
    if (kind == CaRequest::certificate) return no_answer();
    return std::nullopt;
  };
  world.start();
  world.pass(5s);
  world.end();
  CHECK(has_order(world, id));
  world.ca().instead = nullptr;
  world.clock.advance(std::chrono::days{200});
  world.start();
  world.pass(5s);
  CHECK(!world.current(id));
  reach(world, 1, std::chrono::days{2});
  CHECK_EQ(world.ca().records().orders.size(), 2U);
}

static void ready_and_valid_at_once_and_slow_cas() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().names_valid_at_once = true;
  world.start();
  reach(world, 1, 1s);
  CHECK_EQ(world.ca().count(CaRequest::challenge), 0);

  for (const char* retry_after : {"", "7", "120"}) {
    EngineWorld slow;
    slow.add_certificate("a.test");
    slow.ca().validation_takes = 3min;
    slow.ca().issuance_takes = 4min;
    slow.ca().retry_after = retry_after;
    slow.start();
    reach(slow, 1, 15min);
    CHECK_EQ(slow.ca().records().orders.size(), 1U);
    CHECK(slow.ca().count(CaRequest::order) < 100);
    CHECK_EQ(slow.log.count(LogLevel::warn), 0U);
  }
}

static void an_endless_order_is_left_for_later_and_hinders_nobody() {
  EngineWorld world;
  const auto slow = world.add_certificate("a.test");
  world.ca().issuance_takes = 2h;
  world.start();
  world.pass(5s);
  world.ca().issuance_takes = 0s;
  world.ca().records().orders[0].finalized = world.clock.steady_now() + 2h;
  world.pass(20min);
  CHECK(world.log.has("still working"));
  CHECK(has_order(world, slow));
  reach(world, 1, 4h);
  CHECK_EQ(world.ca().records().orders.size(), 1U);
}

static void an_invalid_order_names_each_reason() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test b.test c.test");
  world.ca().reuse_authorizations = true;
  world.ca().bad_names = {{"b.test", "dns"}};
  world.start();
  world.pass(10s);
  CHECK(world.log.has("b.test"));
  CHECK_EQ(world.state(id).last_error_type, "dns");
  CHECK(!has_order(world, id));
  CHECK(world.board.live.empty());
  CHECK_EQ(world.state(id).failed_validations.size(), 1U);
  world.ca().bad_names.clear();
  reach(world, 1, 2min);
  // The names that were valid are reused: only b.test was validated again.
  CHECK_EQ(world.ca().records().authorizations.size(), 4U);
}

static void rate_limits_are_kept_to_the_second() {
  for (const bool as_date : {false, true}) {
    EngineWorld world;
    world.add_ca("other");
    const auto held = world.add_certificate("a.test");
    world.add_certificate("b.test", "other");
    const UtcTime until = world.clock.now() + 5h;
    std::optional<UtcTime> asked_again;
    world.ca().instead = [&](CaRequest kind) -> std::optional<Answer> {
      if (kind != CaRequest::new_order) return std::nullopt;
      if (world.clock.now() >= until) {
        if (!asked_again) asked_again = world.clock.now();
        return std::nullopt;
      }
      auto answer = problem_answer(429, "rateLimited", "too many orders");
      answer.headers.emplace_back("retry-after", as_date ? "Thu, 01 Jan 2026 05:00:00 GMT" : "18000");
      return answer;
    };
    world.start();
    world.pass(10s);
    CHECK(!has_order(world, held));
    CHECK(world.state(held).held_by_ca);
    CHECK_EQ(world.engine().versions().size(), 1U);  // the other issuer goes on
    reach(world, 1, 6h);
    CHECK(asked_again.has_value());
    CHECK(*asked_again - until >= 0s && *asked_again - until <= 1s);
  }
}

static void a_forgotten_account_is_registered_again() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.start();
  reach(world, 1, 10s);
  world.ca().records().accounts[0].forgotten = true;
  reach(world, 2, std::chrono::days{70});
  CHECK_EQ(world.ca().records().accounts.size(), 2U);
  CHECK_EQ(world.ca().records().accounts[0].key, world.ca().records().accounts[1].key);
}

static void a_forgotten_order_is_made_anew() {
  for (const bool as_html : {false, true}) {
    EngineWorld world;
    world.add_certificate("a.test");
    world.ca().validation_takes = 1min;
    world.start();
    world.pass(2s);
    world.ca().records().orders[0].forgotten = true;
    world.ca().afterwards = [&](CaRequest, Answer& answer) {
      if (as_html && answer && answer->status == 404) answer = html(404);
    };
    reach(world, 1, 5min);
    CHECK_EQ(world.ca().records().orders.size(), 2U);
  }
}

static void a_preferred_chain_is_found() {
  EngineWorld world;
  const auto id = world.add_certificate("a.test");
  world.ca().with_alternate = true;
  world.issuer().preferred_chain = "ACME Test Intermediate";
  world.start();
  reach(world, 1, 10s);
  CHECK_EQ(world.ca().count(CaRequest::certificate), 2);
  const auto chain = CertificateChain::from_pem(world.current(id)->fullchain_pem);
  CHECK_EQ(chain->size(), 1U);
}

int main() {
  return acme_test::run(
      "order_flow_misbehaviour",
      {ACME_TEST(garbage_at_every_step_is_passing_and_keeps_the_order), ACME_TEST(plain_http_urls_are_refused),
       ACME_TEST(a_wrong_certificate_is_never_installed),
       ACME_TEST(wrong_dates_keep_the_order_until_the_clock_is_right),
       ACME_TEST(an_order_that_lay_for_long_is_made_anew), ACME_TEST(ready_and_valid_at_once_and_slow_cas),
       ACME_TEST(an_endless_order_is_left_for_later_and_hinders_nobody), ACME_TEST(an_invalid_order_names_each_reason),
       ACME_TEST(rate_limits_are_kept_to_the_second), ACME_TEST(a_forgotten_account_is_registered_again),
       ACME_TEST(a_forgotten_order_is_made_anew), ACME_TEST(a_preferred_chain_is_found)});
}
