// Answers to signed updates. The input is an answer; it is looked at as it is, and signed as the server would.
#include "common/dns/tsig.hpp"
#include "common/dns/update_message.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};
constexpr std::size_t kHeaderSize = 12;

const TsigKey& key(bool ours) {
  static const TsigKey one = *parse_tsig_key("bXkgdmVyeSBzZWNyZXQga2V5IGZvciB0ZXN0cyE=", "acme.example", "hmac-sha256");
  static const TsigKey other = *parse_tsig_key("YW5vdGhlciBrZXkgdGhhdCBub2JvZHkgaGFz", "acme.example", "hmac-sha256");
  return ours ? one : other;
}

void check_findings(std::span<const std::uint8_t> answer, const TsigKey& with, bool may_be_valid) {
  const auto findings = tsig_check(answer, with, {});
  if (!findings) {
    CHECK(findings.error().kind == ErrorKind::server_error);
    return check_error(findings.error());
  }
  CHECK(!findings->valid || (findings->present && may_be_valid));
}

}  // namespace

FUZZ_TARGET(dns_signed) {
  const std::vector<std::uint8_t> answer(input.begin(), input.end());
  check_findings(answer, key(true), true);
  check_findings(answer, key(false), false);
  const TxtEntry entries[] = {{"_acme-challenge.example.org", "value"}};
  const auto update = make_update("example.org", UpdateKind::add, entries, 60, 0x1234);
  CHECK_OK(update);
  CHECK(!is_update_answer(*update, answer) || answer.size() >= kHeaderSize);
  if (answer.size() < kHeaderSize) return;
  CHECK(response_code(answer) >= 0 && response_code(answer) < 16);
  auto sent = tsig_sign(answer, key(true), kNow);
  CHECK_OK(sent);
  CHECK_EQ(sent->mac.size(), 32U);
  check_findings(sent->bytes, key(true), true);
  check_findings(sent->bytes, key(false), false);
  // One bit of the signed part that is not the message id, which the signature replaces.
  sent->bytes[2 + (answer[0] * 256U + answer[1]) % (answer.size() - 2)] ^=
      static_cast<std::uint8_t>(1U << answer[2] % 8);
  check_findings(sent->bytes, key(true), false);
}
