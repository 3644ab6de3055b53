// Time zones: a file of the tz database, or a rule as it stands in TZ.
#include "common/base/time_zone.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/base/posix_time_zone.hpp"
#include "common/base/tzif.hpp"
#include "common/config/daily_window.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

/// The years 0 and 9999, and some between them.
constexpr std::int64_t kMoments[] = {-62'167'219'200, -1, 0, 1'711'846'800, 1'800'000'000, 4'102'444'800,
                                     253'402'300'799};

void check_table(std::string_view bytes) {
  const auto table = parse_tzif(bytes);
  if (!table) return;
  CHECK(!table->changes.empty() && table->changes.size() <= bytes.size());
  CHECK(std::is_sorted(table->changes.begin(), table->changes.end(),
                       [](const auto& one, const auto& other) { return one.first < other.first; }));
  for (const auto& [time, offset] : table->changes)
    CHECK(offset <= std::chrono::hours{26} && offset >= -std::chrono::hours{26});
  CHECK(table->rule.size() <= bytes.size());
}

void check_rule(std::string_view text) {
  const auto rule = PosixTimeZone::parse(text);
  if (!rule) return;
  for (const auto moment : kMoments) {
    const Seconds offset = rule->offset_at(UtcTime{Seconds{moment}});
    CHECK(offset <= std::chrono::hours{26} && offset >= -std::chrono::hours{26});
  }
}

/// As an operator's machine would have it; the window opens some day.
void check_window(const std::string& zone) {
  if (zone.find('\0') != std::string::npos || zone.find('/') != std::string::npos) return;
  ::setenv("TZ", zone.c_str(), 1);
  const auto window = DailyWindow::parse("02:00-02:30", "local");
  ::unsetenv("TZ");
  check_error_of(window);
  if (!window) return;
  for (const auto moment : kMoments) {
    const UtcTime time{Seconds{moment}};
    const UtcTime next = window->next(time);
    CHECK(next >= time && next - time <= std::chrono::days{400});
    CHECK(window->contains(next));
  }
}

}  // namespace

FUZZ_TARGET(time_zone) {
  check_table(input);
  check_rule(input);
  check_window(std::string{input});
  check_error_of(TimeZone::load(input));
  const auto dash = std::min(input.find('\n'), input.size());
  check_error_of(DailyWindow::parse(input.substr(0, dash), "UTC"));
}
