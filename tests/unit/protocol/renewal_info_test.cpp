#include "common/protocol/renewal_info.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

std::string window(const char* start, const char* end, const std::string& more = "") {
  return cat(R"({"suggestedWindow":{"start":")", start, R"(","end":")", end, "\"}", more, "}");
}

bool is_malformed(const std::string& body) {
  const auto info = parse_renewal_info(body);
  return !info && info.error().kind == ErrorKind::malformed;
}

}  // namespace

static void complete() {
  const auto info = parse_renewal_info(window("2025-01-02T04:00:00Z", "2025-01-03T04:00:00+01:00",
                                              R"(,"explanationURL":"https://ca.example/why","more":[1])"));
  CHECK_OK(info);
  CHECK_EQ(format_rfc3339(info->start), "2025-01-02T04:00:00Z");
  CHECK_EQ(format_rfc3339(info->end), "2025-01-03T03:00:00Z");
  CHECK_EQ(info->explanation_url, "https://ca.example/why");
  CHECK(!info->retry_after);
}

static void minimal() {
  const auto info = parse_renewal_info(window("2025-01-02T04:00:00.5Z", "2025-01-02T04:00:01Z"));
  CHECK_OK(info);
  CHECK(info->explanation_url.empty());
}

static void null_and_missing() {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"suggestedWindow":null})", R"({"suggestedWindow":[]})",
        R"({"suggestedWindow":{"start":"2025-01-02T04:00:00Z"}})", R"({"suggestedWindow":{"start":null,"end":null}})",
        R"({"suggestedWindow":{"start":1735790400,"end":1735790401}})"}) {
    CHECK(is_malformed(body));
  }
  const auto info =
      parse_renewal_info(window("2025-01-02T04:00:00Z", "2025-01-03T04:00:00Z", R"(,"explanationURL":null)"));
  CHECK_OK(info);
}

static void windows_that_are_none() {
  CHECK(is_malformed(window("2025-01-03T04:00:00Z", "2025-01-02T04:00:00Z")));
  CHECK(is_malformed(window("2025-01-02T04:00:00Z", "2025-01-02T04:00:00Z")));
  CHECK(is_malformed(window("soon", "2025-01-02T04:00:00Z")));
}

static void links_that_are_not_shown() {
  for (const char* url : {"javascript:alert(1)", "https://a/ b", "https://a/\\u0007", "https://a/<b>", ""}) {
    const auto info = parse_renewal_info(
        window("2025-01-02T04:00:00Z", "2025-01-03T04:00:00Z", cat(R"(,"explanationURL":")", url, "\"")));
    CHECK_OK(info);
    CHECK(info->explanation_url.empty());
  }
  const auto long_one = parse_renewal_info(window("2025-01-02T04:00:00Z", "2025-01-03T04:00:00Z",
                                                  cat(R"(,"explanationURL":"https://)", std::string(2000, 'a'), "\"")));
  CHECK_OK(long_one);
  CHECK(long_one->explanation_url.empty());
}

int main() {
  return acme_test::run("renewal_info", {ACME_TEST(complete), ACME_TEST(minimal), ACME_TEST(null_and_missing),
                                         ACME_TEST(windows_that_are_none), ACME_TEST(links_that_are_not_shown)});
}
