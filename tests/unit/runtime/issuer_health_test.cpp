// What the engine counts, and what it says of its issuers.
#include "common/runtime/issuer_health.hpp"

#include "common/base/text.hpp"
#include "common/config/issuer_catalog.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

using Answer = Result<HttpResponse>;

std::uint64_t attempts(const EngineWorld& world, const std::string& outcome, const std::string& issuer = "ca") {
  const auto found = world.counters.attempts.find({issuer, outcome});
  return found == world.counters.attempts.end() ? 0 : found->second;
}

std::uint64_t requests(const EngineWorld& world, const std::string& code, const std::string& issuer = "ca") {
  const auto found = world.counters.requests.find({issuer, code});
  return found == world.counters.requests.end() ? 0 : found->second;
}

std::uint64_t all_requests(const EngineWorld& world) {
  std::uint64_t sum = 0;
  for (const auto& [labels, count] : world.counters.requests) sum += count;
  return sum;
}

IssuerHealth health(EngineWorld& world) { return world.engine().issuer_health().at(0); }

}  // namespace

static void success_is_counted_with_its_duration() {
  EngineWorld world;
  world.ca().validation_takes = 3s;
  world.add_certificate("a.test");
  world.add_certificate("b.test c.test");
  world.start();
  CHECK(world.reach_version(1, 1min));
  CHECK_EQ(attempts(world, "success"), 2U);
  CHECK_EQ(world.counters.attempts.size(), 1U);
  const Histogram& took = world.counters.durations.at("ca");
  CHECK(took.sum >= 6s && took.sum < 20s);
  CHECK_EQ(took.counts[0] + took.counts[1] + took.counts[2], 0U);
  CHECK_EQ(all_requests(world), static_cast<std::uint64_t>(world.ca().requests()));
  CHECK_EQ(requests(world, "none"), 0U);
  CHECK_EQ(requests(world, "201"), 3U);  // one account, two orders
}

static void failures_are_counted_by_type() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().bad_names = {{"a.test", "dns"}};
  world.start();
  world.pass(5min);
  const auto failed = attempts(world, "dns");
  CHECK_EQ(failed, world.ca().records().failed_validations.size());
  CHECK(failed >= 2);
  CHECK_EQ(attempts(world, "success"), 0U);
  CHECK(world.counters.durations.empty());
  CHECK_EQ(health(world).failures, 0U);  // the CA itself is well
}

static void an_outage_is_one_failure_a_pause() {
  EngineWorld world;
  for (int i = 0; i < 40; ++i) world.add_certificate(cat("n", i, ".test"));
  world.ca().instead = [](CaRequest) -> std::optional<Answer> { return Error{ErrorKind::transport, "nobody answers"}; };
  world.start();
  world.pass(5s);
  CHECK_EQ(attempts(world, "transport"), 1U);
  CHECK_EQ(requests(world, "none"), all_requests(world));
  const IssuerHealth ill = health(world);
  CHECK_EQ(ill.failures, 1U);
  CHECK(ill.failing_since.has_value() && ill.paused_until.has_value() && !ill.last_success.has_value());
  CHECK(ill.last_error.find("nobody answers") != std::string::npos);
  world.ca().instead = {};
  CHECK(world.reach_version(1, 1h));
  const IssuerHealth well = health(world);
  CHECK_EQ(well.failures, 0U);
  CHECK(!well.failing_since && !well.paused_until && well.last_success.has_value());
  CHECK_EQ(well.last_error, "");
  CHECK_EQ(attempts(world, "success"), 40U);
}

static void a_stop_is_no_failure() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.ca().validation_takes = 1h;
  world.start();
  world.pass(10s);
  const auto before = all_requests(world);
  world.http().set_delay(1h);
  world.pass(1min);
  world.end();
  CHECK(world.counters.attempts.empty());
  CHECK_EQ(requests(world, "none"), 0U);
  CHECK_EQ(all_requests(world), before);
}

static void a_fallback_counts_where_it_was_tried() {
  EngineWorld world;
  world.add_ca("spare");
  world.issuer().fallback = {"spare"};
  world.issuer().fallback_after = 1;
  world.add_certificate("a.test");
  world.configuration.certificates.back().fallback = {"spare"};
  world.ca().bad_names = {{"a.test", "caa"}};
  world.start();
  CHECK(world.reach_version(1, 1h));
  CHECK_EQ(attempts(world, "caa"), 1U);
  CHECK_EQ(attempts(world, "success", "spare"), 1U);
  CHECK_EQ(attempts(world, "success"), 0U);
  CHECK(requests(world, "201", "spare") > 0);
}

static void the_account_is_known_from_the_store() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.start();
  CHECK_EQ(health(world).account_url, "");
  CHECK(world.reach_version(1, 1min));
  const std::string url = health(world).account_url;
  CHECK(url.starts_with("https://ca.test/"));
  world.start(false);
  CHECK_EQ(health(world).account_url, url);
  CHECK_EQ(health(world).directory, world.issuer().uri);
}

static void headroom_is_that_of_the_ledger() {
  EngineWorld world;
  world.add_certificate("a.test");
  world.add_certificate("b.test");
  world.ca().bad_names = {{"a.test", "dns"}};
  world.start();
  world.pass(3min);
  const auto limits = health(world).limits;
  CHECK_EQ(limits.size(), 1U);  // no public CA
  CHECK_EQ(limits[0].limit, "failed_validations");
  CHECK_EQ(limits[0].used, world.ca().records().failed_validations.size());
  CHECK_EQ(limits[0].allowed, 5U);
  CHECK_EQ(limits[0].window, 3600U);
  world.end();
  world.issuer().uri = well_known_directory("letsencrypt");
  for (int i = 0; i < 7; ++i) {
    LedgerEntry entry;
    entry.time = world.clock.now() - std::chrono::hours{i == 6 ? 4 : 1};
    entry.event = LedgerEvent::new_order;
    entry.issuer = "ca";
    CHECK_OK(world.ledger.append(entry));
  }
  const auto before = world.ledger.entries().size();
  world.start(false);
  CHECK(before >= 7);
  const auto of_public = health(world).limits;
  CHECK_EQ(of_public.size(), 2U);
  CHECK_EQ(of_public[0].limit, "new_orders");
  CHECK(of_public[0].used >= 6 && of_public[0].used < 30);
  CHECK_EQ(of_public[0].allowed, 300U);
  CHECK_EQ(of_public[0].window, 10800U);
}

int main() {
  return acme_test::run(
      "issuer_health", {ACME_TEST(success_is_counted_with_its_duration), ACME_TEST(failures_are_counted_by_type),
                        ACME_TEST(an_outage_is_one_failure_a_pause), ACME_TEST(a_stop_is_no_failure),
                        ACME_TEST(a_fallback_counts_where_it_was_tried), ACME_TEST(the_account_is_known_from_the_store),
                        ACME_TEST(headroom_is_that_of_the_ledger)});
}
