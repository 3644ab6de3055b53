#include "common/dns_provider/api_client.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/zone_api.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

struct World {
  World() {
    config.name = "some";
    config.secrets["api_token"] = Secret{"s3cr3t-token"};
    tools.scheduler = &scheduler;
    tools.http = &http;
  }

  ApiClient client() {
    ApiSetup setup;
    setup.provider = "Some";
    setup.base_url = "https://api.test/v1";
    setup.headers.emplace_back("Authorization: Bearer s3cr3t-token");
    setup.credential_hint = "check api_token";
    setup.conflict = [](const HttpResponse& response) { return response.status == 409; };
    return ApiClient{std::move(setup), config, tools};
  }

  Result<Json> get(std::vector<HttpResponse> answers) {
    ApiClient api = client();
    std::size_t at = 0;
    http.set_handler([&](const HttpRequest&) { return answers[std::min(at++, answers.size() - 1)]; });
    return run(scheduler, clock, api.json(ApiCall{"GET", "/x"}));
  }

  ManualClock clock;
  Scheduler scheduler{clock};
  ScriptedHttp http{scheduler, nullptr};
  DnsProviderConfig config;
  DnsProviderTools tools;
};

HttpResponse html(int status) { return answer(status, "<html>nginx</html>", {{"content-type", "text/html"}}); }

}  // namespace

static void answers_become_errors_that_can_be_read() {
  const struct {
    HttpResponse response;
    ErrorKind kind;
    const char* message;
    const char* hint;
  } table[] = {
      {json_answer(401, R"({"message":"bad token"})"), ErrorKind::problem, "Some answered 401: bad token",
       "check api_token"},
      {json_answer(403, R"({"errors":[{"code":1,"message":"a"},{"message":"b"}]})"), ErrorKind::problem,
       "Some answered 403: a; b", "check api_token"},
      {html(403), ErrorKind::problem, "Some answered 403 with text/html", "check api_token"},
      {json_answer(404, R"({"detail":"Not found."})"), ErrorKind::problem, "Some answered 404: Not found.", ""},
      {json_answer(400, R"({"error":{"code":400,"message":"no"}})"), ErrorKind::problem, "Some answered 400: no", ""},
      {json_answer(400, R"({"error":"invalid_grant","error_description":"why"})"), ErrorKind::problem,
       "Some answered 400: why", ""},
      {json_answer(400, R"([{},{"ttl":["too low"]}])"), ErrorKind::problem, "Some answered 400: ttl: too low", ""},
      {json_answer(400, R"({"message":"you sent s3cr3t-token\u0007"})"), ErrorKind::problem,
       "Some answered 400: you sent (hidden)?", ""},
      {json_answer(422, "{"), ErrorKind::problem, "Some answered 422 with application/json", ""},
      {answer(400), ErrorKind::problem, "Some answered 400", ""},
      {html(404), ErrorKind::server_error, "Some answered 404 with text/html", "is api_url the address of this API?"},
      {answer(302, "", {{"location", "https://login.test/"}}), ErrorKind::server_error, "Some answered 302",
       "is api_url the address of this API?"},
      {json_answer(500, R"({"message":"oops"})"), ErrorKind::server_error, "Some answered 500: oops", ""},
      {html(502), ErrorKind::server_error, "Some answered 502 with text/html", ""},
      {html(200), ErrorKind::server_error, "Some answered 200 with text/html, no JSON",
       "is api_url the address of this API, and no proxy in between?"},
  };
  for (const auto& row : table) {
    World world;
    const auto result = world.get({row.response});
    CHECK(!result.ok());
    CHECK_EQ(result.error().message, row.message);
    CHECK_EQ(result.error().hint, row.hint);
    CHECK(result.error().kind == row.kind);
    CHECK_EQ(world.http.requests().size(), 1U);
  }
}

static void broken_json_is_a_server_error() {
  for (const char* body : {"", "{", "null", "{\"a\":1,\"a\":2}"}) {
    const auto result = World{}.get({json_answer(200, body)});
    CHECK(!result.ok() && result.error().kind == ErrorKind::server_error);
    CHECK(result.error().message.starts_with("Some: no valid JSON"));
  }
}

static void no_answer_is_said_of_the_api_not_of_a_ca() {
  World world;
  ApiClient api = world.client();
  world.http.set_handler([](const HttpRequest&) {
    return Error{ErrorKind::transport, "api.test: connection refused", "see the CA's status page"};
  });
  const auto result = run(world.scheduler, world.clock, api.json(ApiCall{"GET", "/x"}));
  CHECK(!result.ok() && result.error().kind == ErrorKind::transport);
  CHECK_EQ(result.error().message, "Some: api.test: connection refused");
  CHECK(result.error().hint.starts_with("try `curl -v https://api.test` on this machine"));
}

static void too_often_is_waited_for_twice() {
  World world;
  const auto slow = [](const char* after) { return answer(429, "", {{"retry-after", after}}); };
  const SteadyTime start = world.clock.steady_now();
  CHECK_OK(world.get({slow("7"), answer(503), json_answer(200, "{}")}));
  CHECK_EQ(world.http.requests().size(), 3U);
  CHECK_EQ((world.clock.steady_now() - start) / 1s, 7 + 4);
  const auto result = world.get({slow("9")});
  CHECK(!result.ok() && result.error().kind == ErrorKind::server_error);
  CHECK(result.error().retry_after == Seconds{9});
  CHECK_EQ(result.error().http_status, 429);
  CHECK_EQ(world.http.requests().size(), 6U);
  // Longer than anybody should be kept waiting here.
  const auto long_one = world.get({slow("3600")});
  CHECK(!long_one.ok() && long_one.error().retry_after == Seconds{3600});
  CHECK_EQ(world.http.requests().size(), 7U);
}

static void a_lost_race_is_told() {
  const auto result = World{}.get({json_answer(409, R"({"message":"changed"})")});
  CHECK(!result.ok());
  CHECK_EQ(result.error().problem_type, kConflict);
}

static void a_stop_ends_the_pause() {
  World world;
  ApiClient api = world.client();
  world.http.set_handler([](const HttpRequest&) { return answer(429); });
  std::optional<Result<Json>> result;
  world.scheduler.spawn(acme_test::detail::keep(api.json(ApiCall{"GET", "/x"}), result));
  pass(world.scheduler, world.clock, 1s);
  CHECK(!result);
  stop(world.scheduler);
  CHECK(result && !result->ok() && result->error().kind == ErrorKind::cancelled);
}

static void pages_end() {
  World world;
  ApiClient api = world.client();
  world.http.set_handler([](const HttpRequest&) { return json_answer(200, "[1]"); });
  const auto next = [](int last) {
    return [last](const Json&, int number, const HttpResponse&) { return number < last ? cat("/x?", number) : ""; };
  };
  const auto two = run(world.scheduler, world.clock, api.pages("/x", next(2)));
  CHECK_OK(two);
  CHECK_EQ(two->size(), 2U);
  CHECK_EQ(world.http.requests().back().url, "https://api.test/v1/x?1");
  const auto endless = run(world.scheduler, world.clock, api.pages("/x", next(1000)));
  CHECK(!endless.ok() && endless.error().kind == ErrorKind::server_error);
  CHECK_EQ(world.http.requests().size(), 102U);
}

static void addresses_are_https_or_loopback() {
  DnsProviderConfig config;
  CHECK_EQ(api_base_url(config, "https://usual.test/v1").value(), "https://usual.test/v1");
  for (const char* good :
       {"https://own.test", "https://own.test/v1/", "http://127.0.0.1:8081", "http://localhost/api"}) {
    config.settings["api_url"] = good;
    CHECK_OK(api_base_url(config, ""));
    CHECK(!api_base_url(config, "")->ends_with('/'));
  }
  for (const char* bad : {"http://own.test", "ftp://x", "own.test", "https://u:p@own.test", "https://own.test/?a=b"}) {
    config.settings["api_url"] = bad;
    CHECK(!api_base_url(config, "").ok());
  }
}

static void secrets_are_one_word() {
  DnsProviderConfig config;
  CHECK(!header_secret(config, "api_token").ok());
  for (const char* bad : {"", "a b", "a\r\nX: y", "\xc3\xbc"}) {
    config.secrets["api_token"] = Secret{std::string_view{bad}};
    const auto result = header_secret(config, "api_token");
    CHECK(!result.ok() && result.error().kind == ErrorKind::configuration);
    CHECK(*bad == '\0' || result.error().message.find(bad) == std::string::npos);
  }
  config.secrets["api_token"] = Secret{std::string_view{"abc-DEF_1.2=="}};
  CHECK_EQ(header_secret(config, "api_token").value(), "abc-DEF_1.2==");
}

int main() {
  return acme_test::run("api_client",
                        {ACME_TEST(answers_become_errors_that_can_be_read), ACME_TEST(broken_json_is_a_server_error),
                         ACME_TEST(no_answer_is_said_of_the_api_not_of_a_ca), ACME_TEST(too_often_is_waited_for_twice),
                         ACME_TEST(a_lost_race_is_told), ACME_TEST(a_stop_ends_the_pause), ACME_TEST(pages_end),
                         ACME_TEST(addresses_are_https_or_loopback), ACME_TEST(secrets_are_one_word)});
}
