// Damaged answers to a signed update: an error, or a signature that is valid for the very bytes it was made for.
#include "common/dns/tsig.hpp"
#include "common/dns/update_message.hpp"
#include "tests/fakes/garbage.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const UtcTime kNow{Seconds{1800000000}};

TsigKey key() {
  auto parsed = parse_tsig_key("bXkgdmVyeSBzZWNyZXQga2V5IGZvciB0ZXN0cyE=", "acme.example.", "hmac-sha256");
  CHECK_OK(parsed);
  return std::move(*parsed);
}

std::vector<std::uint8_t> update() {
  const TxtEntry entries[] = {{"_acme-challenge.example.org", "value"}};
  auto made = make_update("example.org", UpdateKind::add, entries, 60, 0x1234);
  CHECK_OK(made);
  return *made;
}

/// The answer to update(), not signed.
std::vector<std::uint8_t> update_answer() {
  std::vector<std::uint8_t> answer = update();
  answer[2] |= 0x80U;
  return answer;
}

/// A signature is valid for the very bytes it was made for, its message id aside. True: valid.
bool check_signature(const std::vector<std::uint8_t>& message, const std::vector<std::uint8_t>& signed_part,
                     const TsigKey& with) {
  CHECK(response_code(message) >= -1 && response_code(message) < 16);
  is_update_answer(signed_part, message);
  const auto findings = tsig_check(message, with, {});
  if (!findings) {
    CHECK(findings.error().kind == ErrorKind::server_error);
    return false;
  }
  if (!findings->valid) return false;
  CHECK(findings->present && message.size() > signed_part.size());
  CHECK_EQ(int{message[11]}, signed_part[11] + 1);
  CHECK(std::equal(signed_part.begin() + 2, signed_part.begin() + 11, message.begin() + 2));
  CHECK(std::equal(signed_part.begin() + 12, signed_part.end(), message.begin() + 12));
  return true;
}

}  // namespace

static void damaged_signatures_are_not_valid() {
  const TsigKey with = key();
  const std::vector<std::uint8_t> signed_part = update_answer();
  const auto sent = tsig_sign(signed_part, with, kNow);
  CHECK_OK(sent);
  CHECK(is_update_answer(update(), sent->bytes));
  CHECK(check_signature(sent->bytes, signed_part, with));
  for (std::size_t size = 0; size < sent->bytes.size(); ++size)
    CHECK(!check_signature({sent->bytes.begin(), sent->bytes.begin() + static_cast<std::ptrdiff_t>(size)}, signed_part,
                           with));
  Garbage garbage{8945};
  for (int round = 0; round < 5000; ++round) check_signature(garbage.of_message(sent->bytes), signed_part, with);
}

static void garbage_has_no_signature() {
  for (const std::vector<std::uint8_t>& row :
       {std::vector<std::uint8_t>{}, std::vector<std::uint8_t>(11, 0), std::vector<std::uint8_t>(65535, 0xFF)}) {
    const auto findings = tsig_check(row, key(), {});
    CHECK(!findings && findings.error().kind == ErrorKind::server_error);
    CHECK(!is_update_answer(update(), row));
  }
}

int main() {
  return run("dns/update_garbage", {ACME_TEST(damaged_signatures_are_not_valid), ACME_TEST(garbage_has_no_signature)});
}
