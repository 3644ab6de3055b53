// What acmectl and the engine say to each other, in both directions, a line each.
#include "common/base/text.hpp"
#include "common/control/lines.hpp"
#include "common/control/messages.hpp"
#include "common/control/plan_report.hpp"
#include "common/control/revocation_reason.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

void check_request(std::string_view line) {
  const auto request = parse_control_request(line);
  check_error_of(request);
  if (!request) return;
  CHECK(request->reason >= 0 && request->reason <= 10);
  const std::string written = to_json(*request);
  CHECK(written.find('\n') == std::string::npos);
  const auto again = parse_control_request(written);
  CHECK_OK(again);
  CHECK_EQ(to_json(*again), written);
}

void check_answer(std::string_view line) {
  const auto answer = parse_control_answer(line);
  check_error_of(answer);
  if (!answer) return;
  const std::string written = to_json(*answer);
  CHECK(written.find('\n') == std::string::npos);
  const auto again = parse_control_answer(written);
  CHECK_OK(again);
  CHECK_EQ(again->index(), answer->index());
  CHECK_EQ(to_json(*again), written);
}

/// The same lines whatever the pieces in which they come.
void check_lines(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  LineReader whole{kLongest};
  LineReader pieces{kLongest};
  const bool fits = whole.add(text);
  std::vector<std::string> lines;
  while (auto line = whole.next()) lines.push_back(*std::move(line));
  std::vector<std::string> others;
  bool fit = true;
  for (std::size_t at = 0; at < text.size(); at += 5) {
    fit = pieces.add(text.substr(at, 5));
    if (!fit) break;  // nothing more is to be read then
    while (auto line = pieces.next()) others.push_back(*std::move(line));
  }
  CHECK_EQ(fits, fit);
  CHECK(!fits || lines == others);
  for (const auto& line : others) CHECK(line.size() <= kLongest && line.find('\n') == std::string::npos);
}

void check_plan(std::string_view text) {
  check_error_of(parse_plan_report(text));
  const auto test = parse_server_test(text);
  check_error_of(test);
  if (!test) return;
  CHECK(test->argv.front().starts_with('/'));
  CHECK_EQ(to_json(parse_server_test(to_json(*test)).value()), to_json(*test));
}

}  // namespace

FUZZ_TARGET(control) {
  check_lines(input);
  check_plan(input);
  for (const auto line : split(input, '\n')) {
    check_request(line);
    check_answer(line);
    const auto reason = parse_revocation_reason(line);
    if (reason) CHECK(!revocation_reason_name(*reason).empty());
  }
}
