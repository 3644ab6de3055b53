// Times as CAs, servers and records write them.
#include <ctime>

#include "common/base/text.hpp"
#include "common/base/time.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

void check_rfc3339(std::string_view text) {
  const auto time = parse_rfc3339(text);
  if (!time) return;
  const std::string written = format_rfc3339(*time);
  CHECK_EQ(written.size(), std::string_view{"2027-02-01T10:00:00Z"}.size());
  CHECK(parse_rfc3339(written) == time);
  CHECK_EQ(format_for_people(*time).size(), std::string_view{"2027-02-01 10:00 UTC"}.size());
}

/// What the C library makes of the same moment; it knows no leap second.
void check_http_date(std::string_view text) {
  const auto time = parse_http_date(text);
  if (!time) return;
  const std::time_t seconds = time->time_since_epoch().count();
  std::tm civil{};
  CHECK(::gmtime_r(&seconds, &civil) != nullptr);
  char written[64];
  CHECK(std::strftime(written, sizeof written, "%d %b ", &civil) > 0);
  const std::string_view said = trim(text).substr(5);
  const bool leap_second = said.substr(18, 2) == "60";
  CHECK(leap_second || said.starts_with(written));
  CHECK(leap_second || parse_number(said.substr(7, 4)) == static_cast<std::uint64_t>(civil.tm_year + 1900));
}

}  // namespace

FUZZ_TARGET(dates) {
  check_rfc3339(input);
  check_http_date(input);
  std::uint64_t count = 0;
  for (const char byte : input.substr(0, 8)) count = count * 256 + static_cast<unsigned char>(byte);
  CHECK(!format_duration(Seconds{static_cast<std::int64_t>(count) / 2}).empty());
}
