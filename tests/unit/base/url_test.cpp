#include "common/base/url.hpp"

#include <string>

#include "tests/check.hpp"

using namespace acme;

static void https_with_a_host_is_acceptable() {
  for (const char* good : {"https://ca.test/dir", "https://ca.test", "HTTPS://CA.test:443/x?y=z#f",
                           "https://192.0.2.1/", "https://[2001:db8::1]:8443/a", "https://localhost:14000/dir",
                           "https://a_b.test/", "https://ca.test/a@b", "https://ca.test?x=@:"}) {
    CHECK(acceptable_url(good, false));
  }
}

static void http_only_for_loopback_and_by_permission() {
  for (const char* local : {"http://127.0.0.1:14000/dir", "http://127.255.0.1", "http://[::1]/", "http://localhost:80/",
                            "HTTP://LOCALHOST/"}) {
    CHECK(acceptable_url(local, true));
    CHECK(!acceptable_url(local, false));
  }
  for (const char* far :
       {"http://ca.test/", "http://128.0.0.1/", "http://127.0.0.256/", "http://127.1/", "http://2130706433/",
        "http://[::2]/", "http://127.0.0.1.ca.test/", "http://localhost.ca.test/", "http://[::ffff:127.0.0.1]/"}) {
    CHECK(!acceptable_url(far, true));
  }
}

static void everything_else_is_refused() {
  for (const char* bad : {"",
                          "https:",
                          "https://",
                          "https:///x",
                          "ftp://ca.test/",
                          "//ca.test/",
                          "/dir",
                          "ca.test",
                          "javascript:alert(1)",
                          "file:///etc/passwd",
                          "https://user@ca.test/",
                          "https://user:pw@ca.test/",
                          "https://@ca.test/",
                          "https://ca.test:0/",
                          "https://ca.test:65536/",
                          "https://ca.test:/",
                          "https://ca.test:1x/",
                          "https://ca.test:+1/",
                          "https://:443/",
                          "https://[::1/",
                          "https://[]/",
                          "https://[::1]x/",
                          "https://[192.0.2.1]/",
                          "https://[::1]:/",
                          "https://ca test/",
                          "https://ca.test/ x",
                          " https://ca.test/",
                          "https://ca.test/\n",
                          "https://ca.test/\x7f",
                          "https://c\xc3\xa4.test/",
                          "https://ca.test\\@evil.test/",
                          "https://ca.test/<x>",
                          "https://.ca.test/",
                          "https://-ca.test/",
                          "https://ca%2etest/",
                          "https://c%61.example/",
                          "https://ca.test:1x/",
                          "https://ca.test,b/"}) {
    CHECK(!acceptable_url(bad, true));
  }
  CHECK(!acceptable_url(std::string_view{"https://ca.test/\0", 17}, true));
}

static void length_is_bounded() {
  const std::string start = "https://ca.test/";
  CHECK(acceptable_url(start + std::string(2048 - start.size(), 'x'), false));
  CHECK(!acceptable_url(start + std::string(2049 - start.size(), 'x'), false));
  CHECK(!acceptable_url("https://" + std::string(254, 'a') + "/", false));
}

static void authority_is_host_and_port() {
  CHECK_EQ(url_authority("https://ca.test:14000/dir"), "ca.test:14000");
  CHECK_EQ(url_authority("https://[::1]?x"), "[::1]");
}

static void proxies() {
  const std::pair<const char*, const char*> good[] = {
      {"http://proxy.example:3128", "http://proxy.example:3128"},
      {"HTTPS://10.0.0.1:8443/", "HTTPS://10.0.0.1:8443"},
      {"http://user:p%40ss@proxy.example:3128", "http://proxy.example:3128"},
      {"http://user:p@ss@[2001:db8::1]:80/", "http://[2001:db8::1]:80"},
  };
  for (const auto& [url, shown] : good) {
    CHECK(acceptable_proxy_url(url));
    CHECK_EQ(proxy_without_credentials(url), shown);
  }
  for (const char* bad :
       {"", "proxy.example:3128", "http://proxy.example", "socks5://proxy.example:1080", "http://:3128",
        "http://user@:3128", "http://proxy.example:0", "http://proxy.example:x", "http://proxy.example:3128/path",
        "http://proxy.example:3128?x", "http://pro xy:3128", "http://proxy.example:3128#", "http://"}) {
    CHECK(!acceptable_proxy_url(bad));
  }
}

int main() {
  return acme_test::run(
      "url", {ACME_TEST(https_with_a_host_is_acceptable), ACME_TEST(http_only_for_loopback_and_by_permission),
              ACME_TEST(everything_else_is_refused), ACME_TEST(length_is_bounded),
              ACME_TEST(authority_is_host_and_port), ACME_TEST(proxies)});
}
