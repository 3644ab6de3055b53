// Problem documents: what a person is told of them, and how long is waited for it. The first line is the content type,
// the second the Retry-After header, the rest the body.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/protocol/advice.hpp"
#include "common/protocol/headers.hpp"
#include "common/protocol/own_words.hpp"
#include "common/protocol/problem.hpp"
#include "common/renew/back_off.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr std::string_view kChallenges[] = {"", "http-01", "tls-alpn-01", "dns-01", "dns-persist-01", "made-up"};
constexpr std::string_view kTypes[] = {"unauthorized", "connection", "rateLimited", "dns",
                                       "caa",          "malformed",  "made-up"};

bool is_known_text(std::string_view hint) {
  return hint.empty() ||
         std::any_of(kAdvice.begin(), kAdvice.end(), [&](const Advice& row) { return row.text == hint; });
}

void check_bounds(const Error& error) {
  check_error(error);
  CHECK(error.message.size() <= 4096);
  CHECK(error.problem_type.size() <= 64);
  CHECK(is_known_text(error.hint));
  CHECK(error.subproblems.size() <= 100);
  for (const auto& sub : error.subproblems) {
    check_plain(sub.identifier, 256);
    check_plain(sub.type, 64);
    check_plain(sub.detail, 1024);
  }
  CHECK(contract_trouble(error.hint).empty() || !error.hint.empty());
}

/// Whatever was said, nobody is asked again at once, and nobody waits for ever.
void check_waiting(const Error& error, std::optional<Seconds> retry_after) {
  for (const std::uint32_t in_a_row : {0U, 1U, 2U, 40U, 0xFFFFFFFFU}) {
    for (const double chance : {0.0, 0.999999}) {
      for (const auto left : {std::optional<Seconds>{}, std::optional{Seconds{-1}}, std::optional{Seconds{86400}}}) {
        Failure failure;
        failure.type = classify(error);
        failure.in_a_row = in_a_row;
        failure.retry_after = retry_after;
        failure.lifetime_left = left;
        const Seconds delay = retry_delay(failure, chance);
        CHECK(delay >= Seconds{1} && delay <= std::chrono::days{8});
        // A limit's time is the CA's; an outage that names a longer one than a day is asked after all the same. No CA
        // means eight days and more.
        const bool limited = failure.type == FailureClass::rate_limited;
        const Seconds kept = limited ? std::chrono::days{8} : std::chrono::days{1};
        const bool meant = retry_after && *retry_after < std::chrono::days{8};
        CHECK(!meant || delay >= std::min(*retry_after, kept));
      }
    }
  }
}

void check_words(std::string_view text) {
  const std::string detail = cleaned(text, 1024);
  // All pairs, one for each input: a look takes longer than all else here.
  const auto challenge = kChallenges[text.size() % std::size(kChallenges)];
  const auto type = kTypes[text.size() / std::size(kChallenges) % std::size(kTypes)];
  CHECK(is_known_text(hint_on(challenge, type, detail)));
  const auto words = own_words(detail);
  CHECK(words.text.size() <= detail.size());
  CHECK_EQ(to_lower(words.text), words.text);
  CHECK(words.text.find('"') == std::string::npos && words.text.find("  ") == std::string::npos);
}

}  // namespace

FUZZ_TARGET(problem) {
  Input rest{input};
  const std::string_view content_type = rest.line();
  const auto retry_after = parse_retry_after(rest.line(), UtcTime{Seconds{1'800'000'000}});
  for (const int status : {0, 200, 400, 429, 503, 999}) {
    const Error error = parse_problem(status, content_type, rest.rest());
    CHECK(error.kind == ErrorKind::problem || error.kind == ErrorKind::server_error);
    CHECK_EQ(error.http_status, status);
    check_bounds(error);
    check_waiting(error, retry_after);
    CHECK(!is_deactivation(error) || error.kind == ErrorKind::problem);
  }
  if (const auto json = Json::parse(rest.rest())) check_bounds(to_error(*json));
  check_words(rest.rest());
}
