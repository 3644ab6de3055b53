#include "common/preflight/name_look.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/memory_board.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"
#include "tests/fakes/scripted_http.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kName = "www.example.com";

Error no_answer(const char* word) {
  Error error{ErrorKind::transport, "nobody"};
  error.problem_type = word;
  return error;
}

HttpResponse redirect(const std::string& to, int status = 302) {
  HttpResponse response = acme_test::answer(status);
  response.redirect = to;
  return response;
}

struct World {
  World() { server.own_addresses = {"127.0.0.1", "8.8.4.4", "2606:4700::7"}; }

  std::vector<Finding> look(bool first_alone = false, Duration limit = 5s) {
    LookedFrom from;
    from.server = &server;
    from.probe = &*probe;
    NameLook what{name};
    what.first_alone = first_alone;
    what.public_ca = public_ca;
    what.until = clock.steady_now() + limit;
    return run(scheduler, clock, look_by_http({&scheduler, &http, &dns}, from, what));
  }
  Result<HttpResponse> ours() const { return acme_test::answer(200, probe->answer() + "\n"); }

  std::string name = kName;
  bool public_ca = true;
  ManualClock clock;
  Scheduler scheduler{clock};
  ScriptedDns dns{scheduler};
  ScriptedHttp http{scheduler, [this](const HttpRequest&) { return ours(); }};
  MemoryBoard board;
  Result<LiveProbe> probe = LiveProbe::publish(board);
  ServerFacts server;
};

bool tells(const Finding& finding, const std::string& text) {
  const bool told = describe(finding).find(text) != std::string::npos;
  if (!told) print_message("not told: %s\nin: %s\n", text.c_str(), describe(finding).c_str());
  return told;
}

}  // namespace

static void a_probe_is_no_key_authorization_and_goes_with_its_object() {
  MemoryBoard board;
  {
    const auto probe = LiveProbe::publish(board);
    CHECK_OK(probe);
    CHECK_EQ(probe->token().size(), 43U);
    CHECK_EQ(board.live.at(probe->token()), probe->answer());
    CHECK(probe->answer().find('.') == std::string::npos);
    CHECK(probe->answer().find(probe->token()) == std::string::npos);
  }
  CHECK(board.live.empty());
  board.full = true;
  CHECK(!LiveProbe::publish(board).ok());
}

static void every_address_is_asked_by_a_bare_get() {
  World world;
  world.dns.set(kName, DnsType::a, {"8.8.8.8", "8.8.4.4"});
  world.dns.set(kName, DnsType::aaaa, {"2606:4700::7"});
  const auto findings = world.look();
  CHECK_EQ(findings.size(), 4U);
  for (const auto& finding : findings) CHECK(finding.severity == Severity::ok);
  CHECK_EQ(findings[0].sentence, "www.example.com leads to 2606:4700::7, 8.8.8.8, 8.8.4.4");
  CHECK_EQ(world.http.requests().size(), 3U);
  for (const auto& request : world.http.requests()) {
    CHECK_EQ(request.url, cat("http://www.example.com/.well-known/acme-challenge/", world.probe->token()));
    CHECK_EQ(request.method, "GET");
    CHECK(request.body.empty() && request.headers.empty() && request.max_redirects == 0);
  }
  CHECK_EQ(world.http.requests()[0].probe_address, "2606:4700::7");
  const auto before = world.http.requests().size();
  CHECK_EQ(world.look(true).size(), 2U);
  CHECK_EQ(world.http.requests().size(), before + 1);
}

static void failures_of_the_dns_are_told_apart() {
  const struct {
    void (*set)(ScriptedDns&);
    Severity severity;
    const char* words;
  } cases[] = {
      {[](ScriptedDns&) {}, Severity::failure, "does not exist"},
      {[](ScriptedDns& dns) { dns.set(kName, DnsType::txt, {"x"}); }, Severity::failure, "neither A nor AAAA"},
      {[](ScriptedDns& dns) { dns.set_outcome(kName, DnsOutcome::failed); }, Severity::warning, "SERVFAIL"},
      {[](ScriptedDns& dns) { dns.set_outcome(kName, DnsOutcome::refused); }, Severity::note, "refuses"},
      {[](ScriptedDns& dns) { dns.silence(kName); }, Severity::note, "no resolver"},
      {[](ScriptedDns& dns) {
         dns.set(kName, DnsType::a, {"8.8.8.8"});
         dns.set_bogus(kName);
       },
       Severity::failure, "DNSSEC"},
      {[](ScriptedDns& dns) { dns.set(kName, DnsType::cname, {"gone.example.net"}); }, Severity::failure,
       "a CNAME to gone.example.net"},
  };
  for (const auto& one : cases) {
    World world;
    one.set(world.dns);
    const auto findings = world.look();
    CHECK_EQ(findings.size(), 1U);
    CHECK(findings[0].severity == one.severity);
    CHECK(tells(findings[0], one.words));
    CHECK_EQ(world.http.requests().size(), 0U);
  }
}

static void redirects_are_followed_as_a_ca_does() {
  World world;
  world.dns.set(kName, DnsType::a, {"8.8.8.8"});
  world.dns.set("other.example", DnsType::a, {"8.8.4.4"});
  world.http.set_handler([&](const HttpRequest& request) -> Result<HttpResponse> {
    if (request.url.starts_with("http://www")) return redirect("https://www.example.com/a", 301);
    if (request.url == "https://www.example.com/a") return redirect("https://other.example/b", 308);
    return world.ours();
  });
  CHECK(world.look().at(1).severity == Severity::ok);
  CHECK_EQ(world.http.requests()[1].probe_address, "8.8.8.8");
  CHECK_EQ(world.http.requests()[2].probe_address, "8.8.4.4");
}

static void redirects_that_a_ca_refuses_are_not_followed() {
  const std::pair<const char*, const char*> cases[] = {
      {"http://www.example.com:8080/", "ports 80 and 443"},      {"ftp://www.example.com/", "ports 80 and 443"},
      {"http://169.254.169.254/latest/meta-data", "IP address"}, {"http://[::1]/", "IP address"},
      {"http://inside.example/", "a private address"},           {"http://nowhere.example/", "has no address"},
      {"http://user:pw@www.example.com/", "ports 80 and 443"},   {"", "no place"},
  };
  for (const auto& [to, words] : cases) {
    World world;
    world.dns.set(kName, DnsType::a, {"8.8.8.8"});
    world.dns.set("inside.example", DnsType::a, {"10.0.0.1"});
    world.http.set_handler([to = std::string{to}](const HttpRequest&) { return redirect(to); });
    const auto findings = world.look();
    CHECK(findings.at(1).severity == Severity::failure);
    CHECK(tells(findings[1], words));
    CHECK_EQ(world.http.requests().size(), 1U);
  }
}

static void a_private_network_is_not_led_into_the_machine() {
  for (const char* inside : {"169.254.169.254", "127.0.0.1", "10.0.0.2"}) {
    World world;
    world.public_ca = false;
    world.dns.set(kName, DnsType::a, {"10.0.0.1"});
    world.dns.set("inside.example", DnsType::a, {inside});
    world.http.set_handler([&](const HttpRequest& request) -> Result<HttpResponse> {
      if (request.url.starts_with("http://www")) return redirect("http://inside.example/latest/meta-data");
      return world.ours();
    });
    const bool followed = std::string_view{inside} == "10.0.0.2";
    const auto findings = world.look();
    CHECK(findings.at(1).severity == (followed ? Severity::ok : Severity::failure));
    CHECK_EQ(world.http.requests().size(), followed ? 2U : 1U);
  }
}

static void what_no_ca_can_reach_is_not_asked() {
  World world;
  world.dns.set(kName, DnsType::a, {"169.254.169.254", "8.8.8.8"});
  world.dns.set(kName, DnsType::aaaa, {"::1"});
  const auto findings = world.look();
  CHECK_EQ(findings.size(), 4U);
  CHECK(tells(findings[1], "::1, a loopback address"));
  CHECK(tells(findings[2], "169.254.169.254, a link-local address"));
  CHECK(findings[3].severity == Severity::ok);
  CHECK_EQ(world.http.requests().size(), 1U);
  CHECK_EQ(world.http.requests()[0].probe_address, "8.8.8.8");
  world.public_ca = false;
  CHECK(world.look().at(1).severity == Severity::ok);
  CHECK_EQ(world.http.requests().size(), 4U);
}

static void circles_end() {
  World world;
  world.dns.set(kName, DnsType::a, {"8.8.8.8"});
  world.http.set_handler([](const HttpRequest& request) { return redirect(request.url); });
  CHECK(tells(world.look().at(1), "in a circle"));
  CHECK(world.http.requests().size() <= 3);
  int count = 0;
  world.http.set_handler([&count](const HttpRequest&) { return redirect(cat("http://www.example.com/", ++count)); });
  CHECK(tells(world.look().at(1), "in a circle"));
  CHECK_EQ(count, 11);
}

static void who_answers_instead_is_told() {
  World world;
  world.dns.set(kName, DnsType::a, {"8.8.8.8"});
  world.http.set_handler([](const HttpRequest&) -> Result<HttpResponse> {
    return acme_test::answer(404, "<h1>Not\x1b here", {{"server", "Apache/2.4"}, {"cf-ray", "1"}});
  });
  const Finding finding = world.look().at(1);
  CHECK(tells(finding, "Cloudflare"));
  CHECK(tells(finding, "Server: Apache/2.4"));
  CHECK(tells(finding, "<h1>Not? here"));
  world.http.set_handler([](const HttpRequest&) -> Result<HttpResponse> { return no_answer(probe_failure::kRefused); });
  CHECK(tells(world.look().at(1), "refuses the connection"));
}

static void it_ends_in_time() {
  World world;
  world.dns.set(kName, DnsType::a, {"8.8.8.8"});
  world.dns.set_delay(1s);
  world.http.set_handler([](const HttpRequest& request) { return redirect(cat(request.url, "x")); });
  world.http.set_delay(1s);
  const SteadyTime begun = world.clock.steady_now();
  world.look();
  CHECK(world.clock.steady_now() - begun <= 6s);
  world.dns.silence(kName);
  const SteadyTime again = world.clock.steady_now();
  world.look();
  CHECK(world.clock.steady_now() - again <= 5s);
}

static void an_ip_address_is_asked_itself() {
  World world;
  world.name = "2606:4700::7";
  const auto findings = world.look();
  CHECK_EQ(findings.size(), 2U);
  CHECK(findings[1].severity == Severity::ok);
  CHECK(world.http.requests()[0].url.starts_with("http://[2606:4700::7]/.well-known/"));
  CHECK(world.dns.questions().empty());
}

int main() {
  return acme_test::run(
      "name_look",
      {ACME_TEST(a_probe_is_no_key_authorization_and_goes_with_its_object),
       ACME_TEST(every_address_is_asked_by_a_bare_get), ACME_TEST(failures_of_the_dns_are_told_apart),
       ACME_TEST(redirects_are_followed_as_a_ca_does), ACME_TEST(redirects_that_a_ca_refuses_are_not_followed),
       ACME_TEST(what_no_ca_can_reach_is_not_asked), ACME_TEST(a_private_network_is_not_led_into_the_machine),
       ACME_TEST(circles_end), ACME_TEST(who_answers_instead_is_told), ACME_TEST(it_ends_in_time),
       ACME_TEST(an_ip_address_is_asked_itself)});
}
