#include "common/base/time.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

UtcTime at(long long seconds) { return UtcTime{Seconds{seconds}}; }

}  // namespace

static void rfc3339_is_read_and_written() {
  const std::pair<const char*, long long> cases[] = {
      {"1970-01-01T00:00:00Z", 0},  {"2027-02-01T10:00:00Z", 1801476000},   {"2000-02-29T23:59:59Z", 951868799},
      {"1969-12-31T23:59:59Z", -1}, {"9999-12-31T23:59:59Z", 253402300799},
  };
  for (const auto& [text, seconds] : cases) {
    CHECK(parse_rfc3339(text) == at(seconds));
    CHECK_EQ(format_rfc3339(at(seconds)), text);
  }
}

static void rfc3339_in_other_forms() {
  const std::pair<const char*, const char*> cases[] = {
      {"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50Z"},
      {"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"},
      {"1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"},
      {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27Z"},
      {"2026-01-01 00:00:00z", "2026-01-01T00:00:00Z"},
      {"2026-01-01t00:00:00.123456789123Z", "2026-01-01T00:00:00Z"},
      {"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"},
      {"2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00Z"},
  };
  for (const auto& [text, same] : cases) CHECK(parse_rfc3339(text) == parse_rfc3339(same));
}

static void rfc3339_refuses_everything_else() {
  for (const char* bad : {"",
                          "2026",
                          "2026-01-01",
                          "2026-01-01T00:00:00",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-02-29T00:00:00Z",
                          "2100-02-29T00:00:00Z",
                          "2026-04-31T00:00:00Z",
                          "2026-01-00T00:00:00Z",
                          "2026-01-01T24:00:00Z",
                          "2026-01-01T00:60:00Z",
                          "2026-01-01T00:00:61Z",
                          "2026-1-01T00:00:00Z",
                          "26-01-01T00:00:00Z",
                          "2026-01-01T00:00:00.Z",
                          "2026-01-01T00:00:00ZZ",
                          "2026-01-01T00:00:00Z ",
                          " 2026-01-01T00:00:00Z",
                          "2026-01-01T00:00:00+1:00",
                          "2026-01-01T00:00:00+24:00",
                          "2026-01-01T00:00:00+00:60",
                          "2026-01-01T00:00:00+0000",
                          "-026-01-01T00:00:00Z",
                          "2026-01-01T0a:00:00Z",
                          "99999-01-01T00:00:00Z",
                          "0000-01-01T00:00:00+00:01",
                          "9999-12-31T23:59:59-00:01",
                          "9999-12-31T23:59:60Z"}) {
    if (parse_rfc3339(bad).has_value()) print_message("accepted: %s\n", bad);
    CHECK(!parse_rfc3339(bad).has_value());
  }
}

static void http_dates() {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == at(784111777));
  CHECK(parse_http_date("  Thu, 29 Feb 2024 00:00:00 GMT\r\n") == at(1709164800));
  for (const char* bad :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 anF 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 2024 00:00:00 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x", "120", "Sun, 06 Nov 1994 08:49:37 GM"}) {
    CHECK(!parse_http_date(bad).has_value());
  }
}

static void forms_for_people() {
  CHECK_EQ(format_for_people(at(1801476000)), "2027-02-01 10:00 UTC");
  const std::pair<long long, const char*> cases[] = {
      {0, "0 s"},    {45, "45 s"},     {119, "119 s"},     {120, "2 min"},       {7199, "119 min"},
      {7200, "2 h"}, {172799, "47 h"}, {172800, "2 days"}, {2591999, "29 days"}, {-600, "-10 min"}};
  for (const auto& [seconds, text] : cases) CHECK_EQ(format_duration(Seconds{seconds}), text);
}

static void the_systems_clocks_go_on() {
  const SystemClock clock;
  CHECK(clock.now() > at(1700000000));
  const SteadyTime before = clock.steady_now();
  CHECK(before <= clock.steady_now());
}

int main() {
  return acme_test::run("time", {ACME_TEST(rfc3339_is_read_and_written), ACME_TEST(rfc3339_in_other_forms),
                                 ACME_TEST(rfc3339_refuses_everything_else), ACME_TEST(http_dates),
                                 ACME_TEST(forms_for_people), ACME_TEST(the_systems_clocks_go_on)});
}
