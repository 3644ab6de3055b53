#include "common/config/daily_window.hpp"

#include <cstdlib>

#include "tests/check.hpp"

using namespace acme;

namespace {

UtcTime at(const char* text) { return *parse_rfc3339(text); }

/// Of a place whose clocks are put as in Berlin.
DailyWindow window(const char* span, const char* rule = "CET-1CEST,M3.5.0,M10.5.0/3") {
  ::setenv("TZ", rule, 1);
  auto parsed = DailyWindow::parse(span, "");
  ::unsetenv("TZ");
  CHECK_OK(parsed);
  return *std::move(parsed);
}

struct Row {
  const char* span;
  const char* from;
  const char* opens;  // == from: inside
};

}  // namespace

static void the_next_moment_inside() {
  const Row table[] = {
      {"02:00-05:00", "2026-01-10T00:59:59Z", "2026-01-10T01:00:00Z"},
      {"02:00-05:00", "2026-01-10T01:00:00Z", "2026-01-10T01:00:00Z"},
      {"02:00-05:00", "2026-01-10T03:59:59Z", "2026-01-10T03:59:59Z"},
      {"02:00-05:00", "2026-01-10T04:00:00Z", "2026-01-11T01:00:00Z"},
      {"2:00-5:00", "2026-07-10T12:00:00Z", "2026-07-11T00:00:00Z"},
      // Over midnight, the whole day, up to midnight.
      {"22:00-02:00", "2026-01-10T12:00:00Z", "2026-01-10T21:00:00Z"},
      {"22:00-02:00", "2026-01-10T00:59:59Z", "2026-01-10T00:59:59Z"},
      {"22:00-02:00", "2026-01-10T01:00:00Z", "2026-01-10T21:00:00Z"},
      {"00:00-24:00", "2026-01-10T12:34:56Z", "2026-01-10T12:34:56Z"},
      {"23:00-24:00", "2026-01-10T23:00:00Z", "2026-01-11T22:00:00Z"},
      {"23:59-00:00", "2026-01-10T22:59:30Z", "2026-01-10T22:59:30Z"},
      // 2026-03-29: from 02:00 to 03:00. The window begins within the hour that is not, or is all inside of it.
      {"02:30-05:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},
      {"02:15-02:45", "2026-03-29T00:00:00Z", "2026-03-30T00:15:00Z"},
      {"04:00-05:00", "2026-03-28T12:00:00Z", "2026-03-29T02:00:00Z"},
      {"03:00-04:00", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"},
      // 2026-10-25: from 03:00 to 02:00. A quarter past two comes twice.
      {"02:15-02:45", "2026-10-24T12:00:00Z", "2026-10-25T00:15:00Z"},
      {"02:15-02:45", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"},
      {"02:15-02:45", "2026-10-25T01:45:00Z", "2026-10-26T01:15:00Z"},
      {"02:00-03:00", "2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z"},
      {"04:00-05:00", "2026-10-24T12:00:00Z", "2026-10-25T03:00:00Z"},
  };
  for (const auto& [span, from, opens] : table) {
    const DailyWindow daily = window(span);
    if (daily.next(at(from)) != at(opens)) print_message("%s from %s\n", span, from);
    CHECK_EQ(format_rfc3339(daily.next(at(from))), opens);
    CHECK_EQ(daily.contains(at(from)), std::string{from} == opens);
    CHECK(daily.contains(daily.next(at(from))));
  }
}

static void other_places() {
  CHECK_EQ(
      format_rfc3339(window("01:45-02:15", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0").next(at("2026-10-03T15:20:00Z"))),
      "2026-10-03T15:20:00Z");
  auto eastern = DailyWindow::parse("02:00-05:00", "-05:00");
  CHECK_OK(eastern);
  CHECK_EQ(format_rfc3339(eastern->next(at("2026-01-10T00:00:00Z"))), "2026-01-10T07:00:00Z");
  auto utc = DailyWindow::parse("02:00-05:00", "UTC");
  CHECK_OK(utc);
  CHECK_EQ(format_rfc3339(utc->next(at("2026-01-10T05:00:00Z"))), "2026-01-11T02:00:00Z");
}

/// Over a whole year of changes: next() is the first second inside, found also by looking at each minute.
static void nothing_is_skipped() {
  for (const char* span : {"02:15-02:45", "02:30-05:00", "22:00-02:30", "00:00-00:30"}) {
    const DailyWindow daily = window(span);
    for (const char* day : {"2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z"}) {
      const UtcTime begin = at(day);
      UtcTime known = daily.next(begin);
      for (UtcTime time = begin; time < begin + std::chrono::days{3}; time += std::chrono::minutes{1}) {
        if (time > known) known = daily.next(time);
        CHECK_EQ(daily.contains(time), known == time);
      }
    }
  }
}

static void junk_is_refused() {
  for (const char* span :
       {"", "-", "02:00", "02:00-", "-05:00", "02:00-02:00", "24:00-02:00", "02:00-24:01", "25:00-03:00", "02:60-03:00",
        "2-5", "02:0-03:00", "002:00-03:00", "02:00-03:00-04:00", "02:00 - 03:00", "ab:cd-ef:gh", "+2:00-03:00"}) {
    const auto parsed = DailyWindow::parse(span, "UTC");
    if (parsed.ok()) print_message("accepted: %s\n", span);
    CHECK(!parsed.ok());
    CHECK(parsed.error().hint.find("HH:MM-HH:MM") != std::string::npos);
  }
  CHECK(!DailyWindow::parse("02:00-05:00", "Nowhere/Place").ok());
}

int main() {
  return acme_test::run("daily_window", {ACME_TEST(the_next_moment_inside), ACME_TEST(other_places),
                                         ACME_TEST(nothing_is_skipped), ACME_TEST(junk_is_refused)});
}
