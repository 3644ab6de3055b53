// CAA records of any content: each line is a record, its first byte the flags, then tag and value.
#include "common/dns/caa.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

CaaVerdict verdict_on(const std::vector<CaaRecord>& records, bool wildcard) {
  const CaaRequest request{{"ca.example"}, "https://ca.example/acct/1", "dns-01", wildcard};
  const auto verdict = evaluate_caa(records, request);
  CHECK(verdict.records.size() <= records.size());
  for (const auto& shown : verdict.records) CHECK(is_plain(shown));
  CHECK_EQ(verdict.allowed(), verdict.refusal == CaaRefusal::none);
  return verdict;
}

}  // namespace

FUZZ_TARGET(caa) {
  Input rest{input};
  std::vector<CaaRecord> records;
  while (!rest.empty() && records.size() < 100) {
    Input line{rest.line()};
    const bool critical = line.byte() == '!';
    const std::string tag = to_lower(line.until(' '));
    records.push_back({critical, tag, std::string{line.rest()}});
  }
  const bool any_wildcard =
      std::any_of(records.begin(), records.end(), [](const auto& r) { return r.tag == "issuewild"; });
  verdict_on(records, true);
  const auto before = verdict_on(records, false);
  std::reverse(records.begin(), records.end());
  CHECK(verdict_on(records, false).refusal == before.refusal);
  // A record for the CA itself, without conditions, lets it issue unless a critical one that nobody knows forbids it.
  records.push_back({false, "issue", "ca.example"});
  CHECK(verdict_on(records, false).allowed() || before.refusal == CaaRefusal::unknown_word);
  CHECK(any_wildcard || verdict_on(records, true).allowed() || before.refusal == CaaRefusal::unknown_word);
}
