#include "common/transport/http_target.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

Result<HttpTarget> https(const std::string& url) { return parse_target(url, HttpTrust{}); }

}  // namespace

static void the_place_has_host_and_port_and_nothing_else() {
  const std::pair<const char*, const char*> cases[] = {
      {"https://ca.test", "ca.test:443"},
      {"https://ca.test/dir?secret=1", "ca.test:443"},
      {"https://ca.test:14000/dir", "ca.test:14000"},
      {"HTTPS://CA.test/", "CA.test:443"},
      {"https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"},
  };
  for (const auto& [url, place] : cases) {
    const auto target = https(url);
    CHECK_OK(target);
    CHECK_EQ(target->place, place);
    CHECK(target->tls);
  }
}

static void plain_http_needs_permission_and_loopback() {
  HttpTrust trust;
  CHECK(!parse_target("http://127.0.0.1:80/", trust).ok());
  trust.allow_http = true;
  const auto target = parse_target("http://localhost/x", trust);
  CHECK_OK(target);
  CHECK_EQ(target->place, "localhost:80");
  CHECK(!target->tls);
  CHECK(!parse_target("http://ca.test/", trust).ok());
}

static void refusals_hide_what_may_be_a_password() {
  const auto refused = https("https://user:hunter2@ca.test/");
  CHECK(refused.error().kind == ErrorKind::configuration);
  CHECK(refused.error().message.find("hunter2") == std::string::npos);
  const auto file = https("file:///etc/passwd\x1b[2J");
  CHECK_EQ(file.error().message, "the URL file:///etc/passwd?[2J is refused");
  CHECK(https("https://" + std::string(100000, 'a') + "/").error().message.size() < 200);
}

static void a_proxy_is_named_without_its_password() {
  CHECK_EQ(proxy_place("http://me:hunter2@proxy.test:3128"), "proxy.test:3128");
  CHECK_EQ(proxy_place("http://proxy.test"), "proxy.test:1080");
  CHECK_EQ(proxy_place("socks5h://proxy.test:9050/"), "proxy.test:9050");
  CHECK_EQ(proxy_place("proxy.test:8080"), "proxy.test:8080");
  CHECK_EQ(proxy_place("http://me:hunter2@["), "the proxy");
}

int main() {
  return acme_test::run(
      "http_target",
      {ACME_TEST(the_place_has_host_and_port_and_nothing_else), ACME_TEST(plain_http_needs_permission_and_loopback),
       ACME_TEST(refusals_hide_what_may_be_a_password), ACME_TEST(a_proxy_is_named_without_its_password)});
}
