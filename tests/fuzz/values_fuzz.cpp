// Single values of directives.
#include "common/config/values.hpp"

#include "common/base/challenge_type.hpp"
#include "common/base/server_address.hpp"
#include "common/base/text.hpp"
#include "common/config/directives.hpp"
#include "common/config/hook_event.hpp"
#include "common/config/notify_words.hpp"
#include "common/control/revocation_reason.hpp"
#include "common/runtime/status_access.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr Seconds kHundredYears{100LL * 365 * 86400};

void check_times(std::string_view text) {
  const auto time = parse_time(text);
  check_error_of(time);
  if (time) CHECK(*time >= Seconds{0} && *time <= kHundredYears);
  if (time) CHECK_EQ(parse_time(cat(time->count(), "s")).value().count(), time->count());
  const auto before = parse_renew_before(text);
  check_error_of(before);
  if (before) CHECK(before->time.has_value() != (before->percent != 0));
  if (before) CHECK(before->percent >= 0 && before->percent < 100);
  const auto lifetime = parse_lifetime(text);
  check_error_of(lifetime);
  if (lifetime) CHECK(*lifetime >= Seconds{30} && *lifetime <= std::chrono::days{3660});
}

void check_keys(std::string_view text) {
  const auto types = parse_key_types(text);
  check_error_of(types);
  if (!types) return;
  CHECK(!types->empty() && types->size() <= 2);
  std::vector<std::string> written;
  for (const auto& type : *types) written.push_back(to_string(type));
  CHECK(parse_key_types(join(written, ",")).value() == *types);
}

void check_lists(std::string_view text) {
  const auto challenges = parse_challenges(split(text, ','));
  check_error_of(challenges);
  if (challenges) {
    CHECK(!challenges->empty());
    const std::set<std::string> each(challenges->begin(), challenges->end());
    CHECK_EQ(each.size(), challenges->size());
    for (const auto& type : each) CHECK(is_challenge_type(type));
  }
  const auto servers = parse_server_addresses(split(text, ' '));
  check_error_of(servers);
  if (servers) {
    for (const auto& server : *servers) CHECK(parse_server_address(server)->text() == server);
  }
}

void check_words(const std::string& text) {
  check_error_of(parse_flag(text));
  check_error_of(parse_require_https(text));
  check_error_of(parse_status_access(text));
  const auto event = parse_hook_event(text);
  if (event) CHECK_EQ(hook_event_name(*event), text);
  const auto notice = parse_notice_event(text);
  if (notice) CHECK_EQ(notice_event_name(*notice), text);
  const auto facility = syslog_facility(text);
  if (facility) CHECK(*facility > 0 && *facility < 24);
  const auto issuer = new_issuer(text, "conf:1");
  check_error_of(issuer);
  if (issuer)
    CHECK(is_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") && text.front() != '.');
  const auto below = below_location(text, "/acme/");
  if (below) CHECK(below->empty() || below->front() == '/');
}

}  // namespace

FUZZ_TARGET(values) {
  check_times(input);
  check_keys(input);
  check_lists(input);
  check_words(std::string{input});
  CHECK(!is_this_machine(input) || input.find("127.") != std::string_view::npos || input.ends_with('1') ||
        input.starts_with("::ffff:7f"));
}
