#include "common/protocol/headers.hpp"

#include "tests/check.hpp"

using namespace acme;

static const UtcTime kNow = *parse_rfc3339("2027-01-01T00:00:00Z");
using Texts = std::vector<std::string>;

static void retry_after_is_seconds_or_a_date() {
  const struct {
    const char* value;
    std::int64_t seconds;
  } table[] = {{"0", 0},
               {" 120 ", 120},
               {"691200", 691200},
               {"691201", 691200},
               {"99999999999999999999999999", 691200},
               {"Fri, 01 Jan 2027 00:00:30 GMT", 30},
               {"Thu, 31 Dec 2026 23:00:00 GMT", 0},
               {"Fri, 31 Dec 2027 00:00:00 GMT", 691200}};
  for (const auto& row : table) {
    const auto wait = parse_retry_after(row.value, kNow);
    CHECK(wait.has_value());
    CHECK_EQ(wait->count(), row.seconds);
  }
}

static void unreadable_retry_after_is_none() {
  for (const char* bad : {"", " ", "-1", "+1", "1.5", "1s", "soon", "Fri, 01 Jan 2027", "0x10"}) {
    CHECK(!parse_retry_after(bad, kNow).has_value());
  }
}

static void links_are_found_by_relation() {
  const Texts headers{"<https://ca.test/dir>;rel=\"index\"",
                      "<https://ca.test/c/1>; rel=\"alternate\", <https://ca.test/c/2>;rel=alternate",
                      "<https://ca.test/up>; title=\"a, b; rel=alternate\"; REL=\"up start\"",
                      "<https://ca.test/c/3>; title=\"x \\\"y\\\"\"; rel = \"ALTERNATE\""};
  CHECK(link_targets(headers, "alternate") ==
        (Texts{"https://ca.test/c/1", "https://ca.test/c/2", "https://ca.test/c/3"}));
  CHECK(link_targets(headers, "up") == Texts{"https://ca.test/up"});
  CHECK(link_targets(headers, "start") == Texts{"https://ca.test/up"});
  CHECK(link_targets(headers, "index") == Texts{"https://ca.test/dir"});
  CHECK(link_targets(headers, "terms-of-service").empty());
}

static void a_comma_in_a_target_is_part_of_it() {
  CHECK(link_targets({"<https://ca.test/a,b;c>;rel=up"}, "up") == Texts{"https://ca.test/a,b;c"});
}

static void only_the_first_rel_counts() {
  CHECK(link_targets({"<https://ca.test/1>;rel=up;rel=alternate"}, "alternate").empty());
}

static void broken_links_are_skipped() {
  for (const char* bad : {"", "<", "<>", "<>;rel=up", "https://ca.test/1;rel=up", "<https://ca.test/1", ">;rel=up<",
                          "<https://ca.test/1>", "<https://ca.test/1>;rel", "<https://ca.test/1>;rel=", ";;;,,,"}) {
    CHECK(link_targets({bad}, "up").empty());
  }
  CHECK(link_targets({"<https://ca.test/1>;rel=\"up"}, "up") == Texts{"https://ca.test/1"});
  CHECK(link_targets({std::string(100000, '<') + std::string(100000, ';')}, "up").empty());
}

int main() {
  return acme_test::run("headers",
                        {ACME_TEST(retry_after_is_seconds_or_a_date), ACME_TEST(unreadable_retry_after_is_none),
                         ACME_TEST(links_are_found_by_relation), ACME_TEST(a_comma_in_a_target_is_part_of_it),
                         ACME_TEST(only_the_first_rel_counts), ACME_TEST(broken_links_are_skipped)});
}
