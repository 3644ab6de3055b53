// What a look before an order does to the order.
#include "common/base/text.hpp"
#include "common/runtime/order_preflight.hpp"
#include "tests/check.hpp"
#include "tests/fakes/engine_world.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

Finding failure_of(const std::string& name) {
  return Finding{"http-01", name, Severity::failure, cat(name, ": 8.8.8.8 port 80 refuses the connection")}
      .because("nobody listens")
      .mended_by("listen there");
}

/// Says what a test wants.
class ScriptedPreflight final : public OrderPreflight {
 public:
  Task<PreflightView> look(const CertificateConfig& certificate, const IssuerConfig&, const NameProofs&) override {
    ++looks;
    PreflightView view;
    if (scheduler != nullptr) {
      const Wake wake = co_await scheduler->sleep_for(takes);
      if (wake == Wake::cancelled) co_return view;
    }
    if (fails) view.failures.push_back(failure_of(certificate.first_name));
    for (const auto& name : turned) view.turned[name] = {failure_of(name)};
    co_return view;
  }
  Scheduler* scheduler = nullptr;  // none: a look takes no time
  Duration takes = 3s;
  bool fails = true;
  std::vector<std::string> turned;
  int looks = 0;
};

struct World : EngineWorld {
  World() {
    preflight = &scripted;
    issuer().preflight = true;
    id = add_certificate("a.test");
  }
  std::size_t orders() { return ca().records().orders.size(); }
  std::size_t warnings() const { return log.count(LogLevel::warn); }

  ScriptedPreflight scripted;
  std::string id;
};

}  // namespace

static void a_good_look_changes_nothing() {
  World world;
  world.scripted.fails = false;
  world.start();
  CHECK(world.reach_version(1, 1min));
  CHECK_EQ(world.scripted.looks, 1);
  CHECK_EQ(world.warnings(), 0U);
  CHECK(!world.state(world.id).preflight_until);
}

static void it_is_put_off_three_times_and_then_made() {
  World world;
  world.start();
  world.pass(1s);
  CHECK_EQ(world.scripted.looks, 1);
  CHECK_EQ(world.warnings(), 1U);
  CHECK_EQ(world.ca().requests(), 0);  // nobody was asked
  CHECK(world.log.has("port 80 refuses the connection: nobody listens (listen there); looked at again in"));
  CHECK_EQ(world.state(world.id).preflight_delays, 1U);
  CHECK_EQ(world.state(world.id).failures, 0U);
  CHECK_EQ(world.state(world.id).last_error_type, "preflight");
  world.pass(10min);
  CHECK_EQ(world.scripted.looks, 2);
  world.pass(30min);
  CHECK_EQ(world.scripted.looks, 3);
  world.pass(1h + 55min);
  CHECK_EQ(world.orders(), 0U);
  CHECK(world.reach_version(1, 10min));
  CHECK_EQ(world.scripted.looks, 4);
  CHECK(world.log.has("ordered all the same"));
  CHECK_EQ(world.state(world.id).preflight_delays, 0U);
}

static void what_is_mended_is_ordered_at_the_next_look() {
  World world;
  world.start();
  world.pass(1s);
  world.scripted.fails = false;
  world.pass(9min);
  CHECK_EQ(world.orders(), 0U);
  CHECK(world.reach_version(1, 2min));
  CHECK(world.state(world.id).last_error.empty());
}

static void an_operator_does_not_wait() {
  World world;
  world.start();
  world.pass(1s);
  world.engine().find_certificates("a.test").at(0)->order_now(false);
  CHECK(world.reach_version(1, 1min));
  CHECK(world.log.has("an operator asked for it"));
  World reloaded;
  reloaded.start();
  reloaded.pass(1s);
  reloaded.start();
  CHECK(reloaded.reach_version(1, 1min));
}

static void a_delay_outlives_the_engine() {
  World world;
  world.start();
  world.pass(1s);
  world.start(false);
  world.pass(5min);
  CHECK_EQ(world.scripted.looks, 1);
  CHECK_EQ(world.orders(), 0U);
  world.pass(6min);
  CHECK_EQ(world.scripted.looks, 2);
}

static void what_misled_once_delays_no_more() {
  World world;
  world.ca().finalize_at_once = true;
  world.start();
  CHECK(world.reach_version(1, 3h));
  CHECK(world.state(world.id).preflight_misled);
  const auto warned = world.warnings();
  CHECK(world.reach_version(2, std::chrono::days{80}));
  CHECK_EQ(world.warnings(), warned);
  CHECK_EQ(world.state(world.id).preflight_delays, 0U);
  world.scripted.fails = false;
  CHECK(world.reach_version(3, std::chrono::days{80}));
  CHECK(!world.state(world.id).preflight_misled);
}

static void nothing_is_ordered_after_a_stop() {
  World world;
  world.scripted.fails = false;
  world.start();
  world.scripted.scheduler = &world.scheduler();
  world.pass(1s);
  CHECK_EQ(world.scripted.looks, 1);
  world.engine().stop();
  world.pass(1min);
  CHECK_EQ(world.ca().requests(), 0);
  CHECK_EQ(world.scheduler().running(), 0U);
}

static void another_challenge_goes_first() {
  World world;
  world.scripted.fails = false;
  world.scripted.turned = {"a.test"};
  world.configuration.certificates.front().challenges = {"http-01", "dns-01"};
  world.ca().offers = {"http-01", "dns-01"};
  world.start();
  CHECK(world.reach_version(1, 1min));
  CHECK_EQ(world.published.size(), 1U);
  CHECK_EQ(world.published.front().type, "dns-01");
  CHECK_EQ(world.state(world.id).proofs.at("a.test").worked, "dns-01");
}

static void nothing_is_looked_at_unless_wanted() {
  World off;
  off.issuer().preflight = false;
  off.start();
  CHECK(off.reach_version(1, 1min));
  CHECK_EQ(off.scripted.looks, 0);
  IssuerConfig issuer;
  issuer.uri = "https://acme-v02.api.letsencrypt.org/directory";
  CHECK(wants_preflight(issuer));
  issuer.preflight = false;
  CHECK(!wants_preflight(issuer));
  issuer.preflight.reset();
  issuer.uri = "https://ca.internal/dir";
  CHECK(!wants_preflight(issuer));
}

static void the_real_one_turns_to_dns_or_fails() {
  World world;
  Scheduler scheduler{world.clock};
  ScriptedDns dns{scheduler};
  ScriptedHttp http{scheduler, [&](const HttpRequest& request) -> Result<HttpResponse> {
                      const std::string token = request.url.substr(request.url.rfind('/') + 1);
                      const auto live = world.board.live.find(token);
                      CHECK(live != world.board.live.end());
                      if (request.probe_address == "8.8.4.4") return acme_test::answer(404, "no");
                      return acme_test::answer(200, live->second);
                    }};
  dns.set("a.test", DnsType::a, {"8.8.8.8"});
  dns.set("b.test", DnsType::a, {"8.8.4.4"});
  LookingPreflight::Services services;
  services.tools = {&scheduler, &http, &dns};
  services.board = &world.board;
  services.dns = true;
  ServerFacts server;
  server.has_port_80 = false;
  services.server = [server] { return server; };
  int scans = 0;
  services.holder = [&](int) { return cat("program ", ++scans); };
  LookingPreflight preflight{std::move(services)};
  CertificateConfig certificate;
  certificate.names = {
      {IdentifierType::dns, "a.test"}, {IdentifierType::dns, "b.test"}, {IdentifierType::dns, "*.c.test"}};
  certificate.challenges = {"http-01", "dns-01"};
  const IssuerConfig issuer;
  const NameProofs none;
  const auto turned = run(scheduler, world.clock, preflight.look(certificate, issuer, none));
  CHECK(turned.failures.empty());
  CHECK_EQ(turned.turned.size(), 1U);
  CHECK(turned.turned.contains("b.test"));
  CHECK(world.board.live.empty());
  certificate.challenges = {"http-01"};
  const auto failed = run(scheduler, world.clock, preflight.look(certificate, issuer, none));
  CHECK_EQ(failed.failures.size(), 1U);
  CHECK_EQ(failed.failures.front().subject, "b.test");
  CHECK_EQ(scans, 1);
  certificate.challenges = {"dns-01"};
  const auto asked = http.requests().size();
  CHECK(run(scheduler, world.clock, preflight.look(certificate, issuer, none)).failures.empty());
  CHECK_EQ(http.requests().size(), asked);
}

int main() {
  return acme_test::run("engine_preflight",
                        {ACME_TEST(a_good_look_changes_nothing), ACME_TEST(it_is_put_off_three_times_and_then_made),
                         ACME_TEST(what_is_mended_is_ordered_at_the_next_look), ACME_TEST(an_operator_does_not_wait),
                         ACME_TEST(a_delay_outlives_the_engine), ACME_TEST(what_misled_once_delays_no_more),
                         ACME_TEST(nothing_is_ordered_after_a_stop), ACME_TEST(another_challenge_goes_first),
                         ACME_TEST(nothing_is_looked_at_unless_wanted), ACME_TEST(the_real_one_turns_to_dns_or_fails)});
}
