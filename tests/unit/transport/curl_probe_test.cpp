// Probes: looks at what answers for a name at one address (HttpRequest::probe_address).
#include "common/base/text.hpp"
#include "common/transport/http_target.hpp"
#include "tests/check.hpp"
#include "tests/fakes/http_engine.hpp"
#include "tests/fakes/local_server.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

HttpRequest probe(const std::string& url, int port) {
  HttpRequest request{url};
  request.probe_address = cat("127.0.0.1:", port);
  request.timeout = 3s;
  request.max_body = 16;
  return request;
}

std::string failure_of(HttpRequest request) {
  const auto answer = send_one(std::move(request));
  return answer ? cat("answered ", answer->status) : answer.error().problem_type;
}

}  // namespace

static void the_connection_goes_to_the_address_and_the_name_into_host() {
  std::string seen;
  LocalServer server{[&](const std::string& request) {
    seen = request;
    return http_answer("token.answer");
  }};
  const auto answer = send_one(probe("http://www.example.test/.well-known/acme-challenge/t", server.port()));
  CHECK_OK(answer);
  CHECK_EQ(answer->body, "token.answer");
  CHECK_EQ(seen,
           "GET /.well-known/acme-challenge/t HTTP/1.1\r\nHost: www.example.test\r\nUser-Agent: acme-test/1\r\n"
           "Accept: */*\r\n\r\n");
}

static void a_large_body_is_cut_and_no_redirect_is_followed() {
  LocalServer large{[](const std::string&) { return http_answer(std::string(100000, 'x')); }};
  const auto cut = send_one(probe("http://a.test/", large.port()));
  CHECK_OK(cut);
  CHECK_EQ(cut->body, std::string(16, 'x'));
  LocalServer away{
      [](const std::string&) { return "HTTP/1.1 302 Found\r\nLocation: /other?x=1\r\nContent-Length: 0\r\n\r\n"; }};
  const auto found = send_one(probe("http://a.test/here", away.port()));
  CHECK_OK(found);
  CHECK_EQ(found->status, 302);
  CHECK_EQ(found->redirect, "http://a.test/other?x=1");
  CHECK_EQ(away.requests(), 1);
}

static void a_certificate_of_anybody_will_do() {
  LocalServer server{[](const std::string&) { return http_answer("x"); }, make_identity("other.test", -7200, -3600)};
  const auto answer = send_one(probe("https://a.test/", server.port()));
  CHECK_OK(answer);
  CHECK_EQ(answer->body, "x");
}

static void what_went_wrong_has_a_word() {
  int closed_port = 0;
  {
    const LocalServer gone{[](const std::string&) { return http_answer(""); }};
    closed_port = gone.port();
  }
  CHECK_EQ(failure_of(probe("http://a.test/", closed_port)), probe_failure::kRefused);
  LocalServer silent{[](const std::string&) { return std::optional<std::string>{}; }};
  HttpRequest brief = probe("http://a.test/", silent.port());
  brief.timeout = 300ms;
  CHECK_EQ(failure_of(brief), probe_failure::kSilent);
  LocalServer closes{[](const std::string&) { return std::string{}; }};
  CHECK_EQ(failure_of(probe("http://a.test/", closes.port())), probe_failure::kClosed);
  LocalServer ssh{[](const std::string&) { return "SSH-2.0-OpenSSH_9.2\r\n"; }};
  CHECK_EQ(failure_of(probe("http://a.test/", ssh.port())), probe_failure::kNoHttp);
  HttpRequest nowhere = probe("http://a.test/", 0);
  nowhere.probe_address = "255.255.255.255";
  CHECK_EQ(failure_of(nowhere), probe_failure::kUnreachable);
}

static void only_a_bare_get_to_web_ports_is_a_probe() {
  LocalServer server{[](const std::string&) { return http_answer("x"); }};
  for (const char* url : {"http://a.test:8080/", "https://a.test:22/", "ftp://a.test/", "gopher://a.test:80/",
                          "http://user:secret@a.test/", "http://", "", "a.test"}) {
    const auto refused = send_one(probe(url, server.port()));
    if (refused.ok()) print_message("not refused: %s\n", url);
    CHECK(!refused.ok() && refused.error().kind == ErrorKind::configuration);
    CHECK(refused.error().message.find("secret") == std::string::npos);
  }
  HttpRequest post = probe("http://a.test/", server.port());
  post.method = "POST";
  CHECK(send_one(post).error().kind == ErrorKind::internal);
  HttpRequest header = probe("http://a.test/", server.port());
  header.headers = {"Authorization: x"};
  CHECK(send_one(header).error().kind == ErrorKind::internal);
  HttpRequest elsewhere = probe("http://a.test/", server.port());
  elsewhere.probe_address = "a.test";
  CHECK(send_one(elsewhere).error().kind == ErrorKind::configuration);
  CHECK_EQ(server.requests(), 0);
}

static void addresses_are_written_as_libcurl_wants_them() {
  CHECK_EQ(*connect_to("192.0.2.1"), "::192.0.2.1:");
  CHECK_EQ(*connect_to("192.0.2.1:81"), "::192.0.2.1:81");
  CHECK_EQ(*connect_to("2001:db8::1"), "::[2001:db8::1]:");
  CHECK(!connect_to("example.org").ok());
  CHECK_EQ(parse_probed_url("https://WWW.Example.ORG/x")->host, "www.example.org");
  CHECK_EQ(parse_probed_url("http://[2001:db8::1]:443/")->host, "2001:db8::1");
  CHECK(parse_probed_url("https://a.test:80/")->tls);
}

int main() {
  return acme_test::run(
      "curl_probe",
      {ACME_TEST(the_connection_goes_to_the_address_and_the_name_into_host),
       ACME_TEST(a_large_body_is_cut_and_no_redirect_is_followed), ACME_TEST(a_certificate_of_anybody_will_do),
       ACME_TEST(what_went_wrong_has_a_word), ACME_TEST(only_a_bare_get_to_web_ports_is_a_probe),
       ACME_TEST(addresses_are_written_as_libcurl_wants_them)});
}
