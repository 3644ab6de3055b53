#include <cstdlib>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/http_engine.hpp"
#include "tests/fakes/local_server.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

static void trust_is_checked() {
  const Identity identity = make_identity("127.0.0.1");
  const TemporaryDirectory folder;
  const std::string roots = folder / "roots.pem";
  std::ofstream{roots} << identity.certificate_pem;
  LocalServer server{[](const std::string&) { return http_answer("secure"); }, identity};
  HttpRequest request{server.url("/")};
  CHECK(has(send_one(request).error(), "not trusted by the system's roots"));
  CHECK(has(send_one(request).error(), "ssl_trusted_certificate"));
  request.trust.ca_file = roots;
  auto trusted = send_one(request);
  CHECK_OK(trusted);
  CHECK_EQ(trusted->body, "secure");
  request.url = server.url("/", "localhost");
  CHECK(has(send_one(request).error(), "for another name"));
  request.trust.verify = false;
  CHECK_OK(send_one(request));
  request.trust.verify = true;
  request.trust.ca_file = "/nonexistent/roots.pem";
  const auto unreadable = send_one(request);
  CHECK(unreadable.error().kind == ErrorKind::configuration);
  CHECK(has(unreadable.error(), "/nonexistent/roots.pem"));
}

static void trust_is_not_shared_between_issuers() {
  const Identity identity = make_identity("127.0.0.1");
  const TemporaryDirectory folder;
  const std::string roots = folder / "roots.pem";
  std::ofstream{roots} << identity.certificate_pem;
  LocalServer server{[](const std::string&) { return http_answer("secure"); }, identity};
  HttpEngine engine;
  auto& results = engine.results;
  HttpRequest request{server.url("/")};
  for (const bool verify : {false, true, false}) {
    request.trust.verify = verify;
    engine.start(request);
    engine.loop->run();
  }
  request.trust.verify = true;
  request.trust.ca_file = roots;
  engine.start(request);
  engine.loop->run();
  request.trust.ca_file.clear();
  engine.start(request);
  engine.loop->run();
  CHECK(results[0].ok() && !results[1].ok() && results[2].ok() && results[3].ok() && !results[4].ok());
}

static void dates_of_the_servers_certificate_point_to_the_clock() {
  const std::pair<Identity, const char*> cases[] = {{make_identity("127.0.0.1", -7200, -3600), "has expired"},
                                                    {make_identity("127.0.0.1", 3600, 7200), "is not valid yet"}};
  for (const auto& [identity, words] : cases) {
    const TemporaryDirectory folder;
    const std::string roots = folder / "roots.pem";
    std::ofstream{roots} << identity.certificate_pem;
    LocalServer server{[](const std::string&) { return http_answer("x"); }, identity};
    HttpRequest request{server.url("/")};
    request.trust.ca_file = roots;
    const auto result = send_one(std::move(request));
    CHECK(has(result.error(), words));
    CHECK(has(result.error(), "clock"));
  }
}

static void the_environments_proxy_is_ignored() {
  ::setenv("http_proxy", "http://127.0.0.1:1/", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
  LocalServer server{[](const std::string&) { return http_answer("direct"); }};
  auto response = send_one(plain(server.url("/")));
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  CHECK_OK(response);
  CHECK_EQ(response->body, "direct");
}

static void a_set_proxy_is_used_and_its_faults_are_named() {
  std::string seen;
  LocalServer proxy{[&](const std::string& request) -> std::string {
    seen = request;
    return "HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }};
  HttpRequest request{"https://ca.example/dir"};
  request.trust.proxy = cat("http://me:hunter2@127.0.0.1:", proxy.port());
  const auto refused = send_one(request);
  CHECK(seen.find("CONNECT ca.example:443 HTTP/1.1\r\n") == 0);
  CHECK(has(refused.error(), cat("ca.example:443: the proxy 127.0.0.1:", proxy.port(), " answered 407").c_str()));
  CHECK(refused.error().hint.starts_with("the proxy does not take the user name and password"));
  request.trust.proxy = cat("http://127.0.0.1:", proxy.port());
  CHECK(send_one(request).error().hint.find("http://user:password@") != std::string::npos);
  for (const char* bad : {"http://me:hunter2@127.0.0.1:1", "nonsense://me:hunter2@x/", "http://me:hunter2@[",
                          "https://me:hunter2@127.0.0.1:1"}) {
    request.trust.proxy = bad;
    const auto result = send_one(request);
    CHECK(!result.ok());
    CHECK(result.error().message.find("hunter2") == std::string::npos);
  }
}

int main() {
  return acme_test::run(
      "curl_transfer_trust",
      {ACME_TEST(trust_is_checked), ACME_TEST(trust_is_not_shared_between_issuers),
       ACME_TEST(dates_of_the_servers_certificate_point_to_the_clock), ACME_TEST(the_environments_proxy_is_ignored),
       ACME_TEST(a_set_proxy_is_used_and_its_faults_are_named)});
}
