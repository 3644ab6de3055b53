#include "common/base/posix_time_zone.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

struct Expected {
  const char* rule;
  const char* time;
  int offset;  // minutes
};

}  // namespace

static void offsets_by_rule() {
  constexpr const char* berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
  const Expected table[] = {
      {"UTC0", "2026-07-01T00:00:00Z", 0},
      {"<+0330>-3:30", "2026-07-01T00:00:00Z", 210},
      {"MST7", "2026-07-01T00:00:00Z", -420},
      {"ABC-1:00:30", "2026-07-01T00:00:00Z", 60},  // shown in minutes
      {berlin, "2026-03-29T00:59:59Z", 60},
      {berlin, "2026-03-29T01:00:00Z", 120},
      {berlin, "2026-10-25T00:59:59Z", 120},
      {berlin, "2026-10-25T01:00:00Z", 60},
      {berlin, "2199-07-01T12:00:00Z", 120},
      {berlin, "2025-12-31T23:30:00Z", 60},
      // The southern half of the world: over the turn of the year.
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 660},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T15:59:59Z", 660},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00:00Z", 600},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03T16:00:00Z", 660},
      // Half an hour of saving; hours before midnight; hours of another day.
      {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-12-01T00:00:00Z", 660},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -120},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -60},
      {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26T23:59:59Z", 120},
      {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 180},
      // Dublin: winter time is the one put back.
      {"IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-10T00:00:00Z", 0},
      {"IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-10T00:00:00Z", 60},
      // Days of the year.
      {"EST5EDT,J60/0,J300/0", "2024-03-01T04:59:59Z", -300},
      {"EST5EDT,J60/0,J300/0", "2024-03-01T05:00:00Z", -240},
      {"EST5EDT,59/0,300/0", "2024-02-29T05:00:00Z", -240},
      {"EST5EDT,59/0,300/0", "2024-02-29T04:59:59Z", -300},
      // All the year, as RFC 9636 §3.3.1 writes it.
      {"XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", -240},
      {"XXX3EDT4,0/0,J365/23", "2026-12-31T23:59:59Z", -240},
      {"XXX3EDT4,0/0,J365/23", "2027-01-01T02:59:59Z", -240},
      // No dates are those of the United States.
      {"EST5EDT", "2026-03-08T06:59:59Z", -300},
      {"EST5EDT", "2026-03-08T07:00:00Z", -240},
  };
  for (const auto& [rule, time, offset] : table) {
    const auto zone = PosixTimeZone::parse(rule);
    if (!zone) print_message("refused: %s\n", rule);
    CHECK(zone.has_value());
    const auto minutes = std::chrono::floor<std::chrono::minutes>(zone->offset_at(*parse_rfc3339(time)));
    if (minutes.count() != offset) print_message("%s at %s\n", rule, time);
    CHECK_EQ(minutes.count(), offset);
  }
}

static void junk_is_no_rule() {
  for (const char* text : {"",
                           "UT0",
                           "UTC",
                           "1",
                           "<+03-3",
                           "<>3",
                           "UTC0x",
                           "UTC25",
                           "UTC0:60",
                           "CET-1CE",
                           "CET-1CEST,",
                           "CET-1CEST,M3.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0,",
                           "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M0.5.0,M10.5.0",
                           "CET-1CEST,M3.6.0,M10.5.0",
                           "CET-1CEST,M3.5.7,M10.5.0",
                           "CET-1CEST,J0,J365",
                           "CET-1CEST,J366,J1",
                           "CET-1CEST,366,0",
                           "CET-1CEST,M3.5.0/168,M10.5.0",
                           "CET-1CEST,M3.5.0/,M10.5.0",
                           "CET-1CEST,M3.5,M10.5.0",
                           "CET-99999999999",
                           "Europe/Berlin"}) {
    if (PosixTimeZone::parse(text)) print_message("accepted: %s\n", text);
    CHECK(!PosixTimeZone::parse(text).has_value());
  }
}

int main() { return acme_test::run("posix_time_zone", {ACME_TEST(offsets_by_rule), ACME_TEST(junk_is_no_rule)}); }
