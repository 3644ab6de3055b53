#include "common/dns_provider/acme_dns.hpp"

#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "tests/check.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"
#include "tests/fakes/scripted_http.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kName = "_acme-challenge.a.test";

/// A server that gives u1, u2, ... and keeps the last two values of each, as acme-dns does.
struct World {
  World() {
    http.set_handler([this](const HttpRequest& request) { return handle(request); });
    config.name = "acme-dns";
    config.settings["server"] = "https://auth.test/";
    begin();
  }
  ~World() { stop(scheduler); }

  void begin() {
    DnsProviderTools tools;
    tools.scheduler = &scheduler;
    tools.http = &http;
    tools.lookup = &dns;
    tools.log = &log;
    tools.load_record = [this](const std::string& name) -> Result<std::optional<Secret>> {
      if (!kept.contains(name)) return std::optional<Secret>{};
      return std::optional<Secret>{Secret{kept[name]}};
    };
    tools.save_record = [this](const std::string& name, const Secret& record) -> Status {
      if (disk_full) return Error{ErrorKind::io, "no space"};
      kept[name] = record.view();
      return {};
    };
    auto made = make_dns_provider(config, tools);
    CHECK_OK(made);
    provider = *std::move(made);
  }
  Result<HttpResponse> handle(const HttpRequest& request) {
    if (silent) return Error{ErrorKind::transport, "auth.test: no connection", "see the CA's status page"};
    if (fault) return *fault;
    const auto body = Json::parse(request.body);
    CHECK_OK(body);
    CHECK_EQ(request.method, "POST");
    if (request.url.ends_with("/register")) {
      const std::string user = cat("u", ++registered);
      return answer(201, cat(R"({"username":")", user, R"(","password":"p4ss-)", user, R"(","fulldomain":")", user,
                             R"(.auth.test","subdomain":")", user, R"(","allowfrom":[]})"));
    }
    CHECK_EQ(request.url, "https://auth.test/update");
    const std::string user = (*body)["subdomain"].string().value_or("");
    const std::vector<std::string> expected{cat("X-Api-User: ", user), cat("X-Api-Key: p4ss-", user)};
    if (request.headers != expected) return answer(401, R"({"error":"forbidden"})");
    const std::string value = (*body)["txt"].string().value_or("");
    auto& values = held[user];
    values.push_back(value);
    if (values.size() > 2) values.erase(values.begin());
    return answer(200, cat(R"({"txt":")", value, R"("})"));
  }
  void point(const std::string& name, const std::string& target) { dns.set(name, DnsType::cname, {target}); }
  Status present(std::vector<TxtRecord> records) {
    return acme_test::run(scheduler, clock, provider->present(std::move(records)));
  }
  Status clean_up(std::vector<TxtRecord> records) {
    return acme_test::run(scheduler, clock, provider->clean_up(std::move(records)));
  }
  std::string values(const std::string& user) { return join(held[user], " "); }

  ManualClock clock;
  Scheduler scheduler{clock};
  RecordingLogger log;
  ScriptedDns dns{scheduler};
  ScriptedHttp http{scheduler, {}};
  DnsProviderConfig config;
  std::map<std::string, std::string> kept;
  std::map<std::string, std::vector<std::string>> held;
  std::optional<HttpResponse> fault;
  int registered = 0;
  bool disk_full = false;
  bool silent = false;
  std::unique_ptr<DnsProvider> provider;
};

/// With its name registered and the CNAME set.
struct ReadyWorld : World {
  ReadyWorld() {
    CHECK(!present({{kName, "v0"}}).ok());
    point(kName, "u1.auth.test");
  }
};

}  // namespace

static void the_cname_to_set_is_shown_until_it_is_there() {
  World world;
  auto status = world.present({{kName, "v1"}});
  CHECK(status.error().kind == ErrorKind::configuration);
  CHECK_EQ(status.error().message, cat(kName, " does not lead to the acme-dns server: it has no CNAME"));
  CHECK_EQ(status.error().hint, cat("set once: ", kName, ". CNAME u1.auth.test."));
  CHECK(
      world.log.has(cat(kName, ": registered at https://auth.test, to be set once: ", kName, ". CNAME u1.auth.test.")));
  world.point(kName, "u9.auth.test");
  CHECK(world.present({{kName, "v1"}}).error().message.find("its CNAME leads to u9.auth.test") != std::string::npos);
  world.point(kName, "u1.auth.test");
  CHECK_OK(world.present({{kName, "v1"}}));
  CHECK_EQ(world.values("u1"), "v1");
  CHECK_EQ(world.registered, 1);
  CHECK_EQ(world.log.all().find("p4ss"), std::string::npos);
}

static void a_registration_outlives_the_engine() {
  ReadyWorld world;
  world.begin();
  CHECK_OK(world.present({{kName, "v1"}}));
  CHECK_EQ(world.registered, 1);
  world.config.settings["server"] = "https://other.test";
  world.begin();
  CHECK(!world.present({{kName, "v1"}}).ok());
  CHECK_EQ(world.registered, 2);
}

static void every_missing_cname_is_shown_at_once() {
  World world;
  CHECK(!world.present({{"a.test", "v"}, {"b.test", "v"}, {"c.test", "v"}}).ok());
  CHECK_EQ(world.registered, 3);
}

static void what_cannot_be_kept_is_not_used() {
  World world;
  world.disk_full = true;
  CHECK(world.present({{kName, "v1"}}).error().kind == ErrorKind::io);
}

static void a_resolver_that_is_silent_stops_nothing() {
  ReadyWorld world;
  world.dns.silence(kName);
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void base_and_wildcard_share_a_registration() {
  ReadyWorld world;
  CHECK_OK(world.present({{kName, "base"}, {kName, "wildcard"}}));
  CHECK_EQ(world.values("u1"), "base wildcard");
  // Said again, nothing is displaced.
  CHECK_OK(world.present({{kName, "base"}}));
  CHECK_EQ(world.values("u1"), "base wildcard");
  CHECK(world.present({{kName, "1"}, {kName, "2"}, {kName, "3"}}).error().kind == ErrorKind::configuration);
}

static void a_third_value_waits_for_its_place() {
  ReadyWorld world;
  CHECK_OK(world.present({{kName, "1"}, {kName, "2"}}));
  std::optional<Status> third;
  world.scheduler.spawn(acme_test::detail::keep(world.provider->present({{kName, "3"}}), third));
  acme_test::pass(world.scheduler, world.clock, 60s);
  CHECK(!third);
  CHECK_EQ(world.values("u1"), "1 2");
  CHECK_OK(world.clean_up({{kName, "1"}, {"unknown.test", "x"}}));
  acme_test::pass(world.scheduler, world.clock, 1s);
  CHECK(third && third->ok());
  CHECK_EQ(world.values("u1"), "2 3");
  // Not for ever.
  const auto status = world.present({{kName, "4"}});
  CHECK(status.error().kind == ErrorKind::server_error);
}

static void its_errors_can_be_read() {
  ReadyWorld world;
  const auto fails = [&](HttpResponse response) {
    world.fault = std::move(response);
    const auto status = world.present({{kName, "v1"}});
    CHECK(!status.ok());
    return status.error();
  };
  Error error = fails(answer(401, R"({"error":"forbidden"})"));
  CHECK(error.kind == ErrorKind::problem);
  CHECK_EQ(error.message, cat(kName, ": https://auth.test answers with HTTP 401: forbidden"));
  CHECK(error.hint.find("remove engine/sealed/acme-dns.") != std::string::npos);
  error = fails(answer(429, "", {{"retry-after", "30"}}));
  CHECK(error.kind == ErrorKind::server_error);
  CHECK(error.retry_after == Seconds{30});
  CHECK(fails(answer(502, "<html>")).kind == ErrorKind::server_error);
  for (const char* body : {"<html>", "", "{}", "[]", R"({"txt":"other"})", R"({"txt":null})"}) {
    CHECK(fails(answer(200, body)).kind == ErrorKind::server_error);
  }
  world.fault.reset();
  world.silent = true;
  const auto unanswered = world.present({{kName, "v1"}});
  CHECK(unanswered.error().kind == ErrorKind::transport);
  CHECK(unanswered.error().hint.starts_with("try `curl -v https://auth.test` on this machine"));
  world.silent = false;
  // A failure keeps no place.
  CHECK_OK(world.present({{kName, "1"}, {kName, "2"}}));
}

static void nasty_registrations_are_refused() {
  for (const char* body : {"{}", R"({"username":"u","password":"p","fulldomain":"f"})",
                           R"({"username":"u\r\nX: y","password":"p","fulldomain":"f","subdomain":"s"})",
                           R"({"username":"u","password":"","fulldomain":"f","subdomain":"s"})",
                           R"({"username":"u","password":7,"fulldomain":"f","subdomain":"s"})",
                           R"({"username":null,"password":"p","fulldomain":"f","subdomain":"s"})"}) {
    World world;
    world.fault = answer(201, body);
    CHECK(world.present({{kName, "v"}}).error().kind == ErrorKind::server_error);
    CHECK(world.kept.empty());
  }
}

int main() {
  return acme_test::run("acme_dns", {
                                        ACME_TEST(the_cname_to_set_is_shown_until_it_is_there),
                                        ACME_TEST(a_registration_outlives_the_engine),
                                        ACME_TEST(every_missing_cname_is_shown_at_once),
                                        ACME_TEST(what_cannot_be_kept_is_not_used),
                                        ACME_TEST(a_resolver_that_is_silent_stops_nothing),
                                        ACME_TEST(base_and_wildcard_share_a_registration),
                                        ACME_TEST(a_third_value_waits_for_its_place),
                                        ACME_TEST(its_errors_can_be_read),
                                        ACME_TEST(nasty_registrations_are_refused),
                                    });
}
