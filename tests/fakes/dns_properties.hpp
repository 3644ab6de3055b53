// What must hold of any bytes that are taken for a DNS answer: an error of the kind the header tells, or an answer
// within bounds. For damaged messages and for fuzzing.
#pragma once

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns/caa.hpp"
#include "common/dns/message.hpp"
#include "tests/check.hpp"

namespace acme_test {

inline void check_dns_record(const acme::DnsRecord& record, std::size_t message_size) {
  using acme::DnsType;
  constexpr std::size_t kLongestName = 4 * 255;  // each byte as "\255"
  CHECK(record.owner.size() <= kLongestName);
  CHECK(record.data.size() <= std::max(kLongestName, message_size));
  CHECK(record.caa.tag.size() + record.caa.value.size() <= message_size);
  const bool is_address = record.type == DnsType::a || record.type == DnsType::aaaa;
  CHECK(!is_address || !record.data.empty());
  CHECK(record.type != DnsType::caa || record.data.empty());
}

inline void check_caa_verdict(const std::vector<acme::DnsRecord>& records) {
  std::vector<acme::CaaRecord> found;
  for (const auto& record : records) found.push_back(record.caa);
  for (const bool wildcard : {false, true}) {
    const auto verdict = acme::evaluate_caa(found, {{"ca.example"}, "https://ca.example/acct/1", "dns-01", wildcard});
    CHECK(verdict.records.size() <= found.size());
    for (const auto& shown : verdict.records) CHECK_EQ(acme::cleaned(shown, 320), shown);
  }
}

/// True: an answer.
inline bool check_dns_message(const std::vector<std::uint8_t>& message, const acme::DnsQuestion& question,
                              const std::vector<std::uint8_t>& asked) {
  constexpr std::size_t kShortestRecord = 11;  // of the root, without data
  if (acme::is_answer_to(asked, message)) CHECK(message.size() >= 12 && message[0] == asked[0]);
  CHECK_EQ(acme::is_truncated(message), message.size() > 2 && (message[2] & 2U) != 0);
  const auto answer = acme::parse_answer(message, question);
  if (!answer) {
    CHECK(answer.error().kind == acme::ErrorKind::server_error && !answer.error().message.empty());
    return false;
  }
  CHECK(message.size() >= 12);
  CHECK(answer->records.size() + answer->authority.size() <= (message.size() - 12) / kShortestRecord);
  for (const auto& record : answer->records) {
    CHECK(record.type == question.type || record.type == acme::DnsType::cname);
    check_dns_record(record, message.size());
  }
  for (const auto& record : answer->authority) check_dns_record(record, message.size());
  check_caa_verdict(answer->records);
  return true;
}

}  // namespace acme_test
