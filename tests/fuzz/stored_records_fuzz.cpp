// What the engine keeps of accounts, orders, versions and renewals: a damaged record is refused or heals, and what was
// read is written as it was read.
#include "common/store/records.hpp"

#include "common/base/text.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

void check_account(std::string_view text) {
  const auto read = parse_account_record(text);
  check_error_of(read);
  if (!read) return;
  CHECK(!read->sealed_key.empty() && read->record.key_pem.empty() && read->record.next_key_pem.empty());
  const std::string written = account_to_json(read->record, read->sealed_key, read->sealed_next_key);
  const auto again = parse_account_record(written);
  CHECK_OK(again);
  CHECK_EQ(account_to_json(again->record, again->sealed_key, again->sealed_next_key), written);
  CHECK(again->sealed_key == read->sealed_key && again->sealed_next_key == read->sealed_next_key);
}

void check_order(std::string_view text) {
  const auto read = parse_order_record(text);
  check_error_of(read);
  if (!read) return;
  CHECK(!read->sealed_key.empty() && !read->record.names.empty());
  const std::string written = order_to_json(read->record, read->sealed_key);
  const auto again = parse_order_record(written);
  CHECK_OK(again);
  CHECK_EQ(order_to_json(again->record, again->sealed_key), written);
}

void check_meta(std::string_view text) {
  const auto read = parse_meta(text);
  check_error_of(read);
  if (!read) return;
  CHECK(!read->names.empty());
  const std::string written = meta_to_json(*read);
  const auto again = parse_meta(written);
  CHECK_OK(again);
  CHECK_EQ(meta_to_json(*again), written);
}

void check_state(std::string_view text) {
  const auto read = parse_state(text);
  check_error_of(read);
  if (!read) return;
  check_plain(read->last_error, kMaxLastError);
  check_plain(read->last_hint, kMaxLastHint);
  CHECK(!read->renewal_held || read->revoked);
  const std::string written = state_to_json(*read);
  const auto again = parse_state(written);
  CHECK_OK(again);
  CHECK_EQ(state_to_json(*again), written);
}

}  // namespace

FUZZ_TARGET(stored_records) {
  check_account(input);
  check_order(input);
  check_meta(input);
  check_state(input);
}
