#include "common/base/url.hpp"

#include "tests/check.hpp"

using namespace acme;

static void https_with_a_host_is_fine() {
  for (const char* url : {"https://ca.example/dir", "https://ca.example", "HTTPS://ca.example:14000/dir?x=1",
                          "https://[::1]:8443/", "https://127.0.0.1:1/"}) {
    CHECK_EQ(std::string{acceptable_url(url, false) ? url : "refused"}, url);
  }
}

static void everything_else_is_refused() {
  for (const char* url :
       {"", "ca.example", "http://ca.example/", "http://127.0.0.1/", "ftp://ca.example/", "https://", "https:///x",
        "https://user@ca.example/", "https://ca.example:0/", "https://ca.example:65536/", "https://ca.example:/",
        "https://ca.example:1x/", "https://ca example/", "https://ca.example/\n", "https://[::1/",
        "https://ca\\.example", "https://c%61.example/"}) {
    CHECK_EQ(std::string{acceptable_url(url, false) ? url : "refused"}, "refused");
  }
  CHECK(!acceptable_url("https://ca.example/" + std::string(2100, 'x'), false));
}

static void http_only_on_loopback_and_by_setting() {
  for (const char* url : {"http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:80/", "http://127.255.0.9/"}) {
    CHECK(acceptable_url(url, true));
    CHECK(!acceptable_url(url, false));
  }
  for (const char* url :
       {"http://127.0.0.1.example/", "http://128.0.0.1/", "http://localhost.example/", "http://127.0.0.256/"}) {
    CHECK(!acceptable_url(url, true));
  }
}

int main() {
  return acme_test::run("url", {ACME_TEST(https_with_a_host_is_fine), ACME_TEST(everything_else_is_refused),
                                ACME_TEST(http_only_on_loopback_and_by_setting)});
}
