// ngx_acme/ is no part of the library; this file of it needs no nginx.
#include "ngx_acme/include_scan.cpp"  // NOLINT

#include <string>
#include <vector>

#include "tests/check.hpp"

using acme::find_includes;
using Names = std::vector<std::string>;

static void finds_includes_at_any_depth() {
  CHECK(find_includes("include a.conf;") == Names{"a.conf"});
  CHECK(find_includes("http { include mime.types; server { include /etc/x/*.conf; } }") ==
        (Names{"mime.types", "/etc/x/*.conf"}));
  CHECK(find_includes("events{}include b;") == Names{"b"});
  CHECK(find_includes("include\n\t c ;include d;") == (Names{"c", "d"}));
}

static void undoes_quotes_and_escapes() {
  CHECK(find_includes("include \"with space.conf\";") == Names{"with space.conf"});
  CHECK(find_includes("include 'a;b.conf';") == Names{"a;b.conf"});
  CHECK(find_includes("include a\\ b.conf;") == Names{"a b.conf"});
  CHECK(find_includes("include \"a\\\"b\";") == Names{"a\"b"});
}

static void is_not_fooled() {
  CHECK(find_includes("# include no.conf;\nuser x;").empty());
  CHECK(find_includes("return 200 \"include no.conf;\";").empty());
  CHECK(find_includes("add_header x include; set $y a#include;").empty());
  CHECK(find_includes("return 301 https://${host}include;\ninclude yes.conf;") == Names{"yes.conf"});
  CHECK(find_includes("map $a $b { include maps/list; default include; }") == Names{"maps/list"});
}

static void survives_broken_text() {
  for (const char* text : {"", "include", "include ;", "include \"open", "{", "}}}", "include '", "\\", "include \\",
                           "${", "include ${", "\"", "#"}) {
    CHECK(find_includes(text).size() <= 1);
  }
  CHECK(find_includes(std::string("include a\0b;", 12)) == Names{std::string("a\0b", 3)});
}

int main() {
  return acme_test::run("include_scan", {ACME_TEST(finds_includes_at_any_depth), ACME_TEST(undoes_quotes_and_escapes),
                                         ACME_TEST(is_not_fooled), ACME_TEST(survives_broken_text)});
}
