#include "common/dns/tsig.hpp"

#include "common/dns/update_message.hpp"

#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr auto kSecret = "bXkgdmVyeSBzZWNyZXQga2V5IGZvciB0ZXN0cyE=";
const UtcTime kNow{Seconds{1800000000}};

TsigKey key(std::string_view algorithm = "hmac-sha256") {
  auto parsed = parse_tsig_key(kSecret, "acme.example.", algorithm);
  CHECK_OK(parsed);
  return std::move(*parsed);
}

std::vector<std::uint8_t> update(std::size_t count = 1) {
  std::vector<TxtEntry> entries;
  for (std::size_t i = 0; i < count; ++i)
    entries.push_back({"_acme-challenge.example.org", "value " + std::to_string(i)});
  auto message = make_update("example.org", UpdateKind::add, entries, 60, 0x1234);
  CHECK_OK(message);
  return *message;
}

}  // namespace

static void keys_are_read_as_operators_have_them() {
  const struct {
    const char* text;
    const char* name;
    const char* algorithm;
    MacAlgorithm expected;
  } rows[] = {
      {"c2VjcmV0\n", "Acme.Example.", "", MacAlgorithm::hs256},
      {"c2VjcmV0", "acme.example", "HMAC-SHA512", MacAlgorithm::hs512},
      {"key \"acme.example\" {\n\talgorithm hmac-sha384;\n\tsecret \"c2VjcmV0\";\n};\n", "", "", MacAlgorithm::hs384},
      {"# made by tsig-keygen\nkey acme.example. { algorithm hmac-sha256; secret c2VjcmV0; };", "", "",
       MacAlgorithm::hs256},
      {"# hmac-sha512:acme.example:c2VjcmV0\nkey:\n  - id: acme.example.\n    algorithm: hmac-sha512\n    secret: "
       "c2VjcmV0\n",
       "", "", MacAlgorithm::hs512},
      {"key \"other\" { algorithm hmac-sha256; secret \"c2VjcmV0\"; };", "acme.example", "", MacAlgorithm::hs256},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_tsig_key(row.text, row.name, row.algorithm);
    CHECK_OK(parsed);
    CHECK_EQ(parsed->name, "acme.example");
    CHECK_EQ(parsed->secret.view(), "secret");
    CHECK(parsed->algorithm == row.expected);
  }
}

static void what_is_no_key_is_told_without_the_secret() {
  const struct {
    const char* text;
    const char* name;
    const char* algorithm;
  } rows[] = {
      {"hush-hush!", "acme.example", ""},
      {"", "acme.example", ""},
      {"aHVzaC1odXNo", "", ""},
      {"aHVzaC1odXNo", "no name", ""},
      {"aHVzaC1odXNo", "acme.example", "hmac-md5"},
      {"key \"x\" { algorithm hmac-md5; secret \"aHVzaC1odXNo\"; };", "", ""},
      {"key \"x\" { algorithm hmac-sha256; };", "", ""},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_tsig_key(row.text, row.name, row.algorithm);
    CHECK(!parsed && parsed.error().kind == ErrorKind::configuration);
    CHECK(parsed.error().message.find("hush") == std::string::npos);
    CHECK(parsed.error().message.find("aHVz") == std::string::npos);
  }
}

static void an_update_is_a_message_of_rfc_2136() {
  const auto message = update();
  // Opcode 5, one zone, no prerequisite, one update.
  const std::vector<std::uint8_t> head{0x12, 0x34, 0x28, 0,   0,   1,   0,   0,   0,   1,
                                       0,    0,    7,    'e', 'x', 'a', 'm', 'p', 'l', 'e'};
  CHECK(std::vector<std::uint8_t>(message.begin(), message.begin() + static_cast<long>(head.size())) == head);
  const TxtEntry bad_name{"a b", "x"};
  const TxtEntry bad_value{"a", std::string(256, 'x')};
  CHECK(!make_update("example.org", UpdateKind::add, {&bad_name, 1}, 60, 1));
  CHECK(!make_update("example.org", UpdateKind::add, {&bad_value, 1}, 60, 1));
  CHECK(!make_update("", UpdateKind::add, {}, 60, 1));
}

static void what_is_too_much_for_one_message_is_known() {
  std::vector<TxtEntry> entries(2000, TxtEntry{"_acme-challenge.example.org", std::string(43, 'x')});
  const std::size_t count = fitting_entries(entries);
  CHECK(count > 500 && count < 2000);
  const auto message = make_update("example.org", UpdateKind::add, {entries.data(), count}, 60, 1);
  CHECK_OK(message);
  CHECK(tsig_sign(*message, key("hmac-sha512"), kNow)->bytes.size() <= 65535);
}

static void a_signature_is_checked_as_it_was_made() {
  for (const auto* algorithm : {"hmac-sha256", "hmac-sha384", "hmac-sha512"}) {
    const auto sent = tsig_sign(update(3), key(algorithm), kNow);
    CHECK_OK(sent);
    // As an answer to nothing it is a signature without a request's.
    const auto findings = tsig_check(sent->bytes, key(algorithm), {});
    CHECK_OK(findings);
    CHECK(findings->present && findings->valid && findings->error == TsigError::none);
    CHECK(!tsig_check(sent->bytes, key(algorithm), sent->mac)->valid);
    CHECK(!tsig_check(update(3), key(algorithm), {})->present);
  }
  CHECK(!tsig_check(tsig_sign(update(), key(), kNow)->bytes, key("hmac-sha512"), {})->valid);
}

static void no_changed_byte_passes() {
  const auto sent = tsig_sign(update(), key(), kNow);
  for (std::size_t i = 0; i < sent->bytes.size(); ++i) {
    auto changed = sent->bytes;
    changed[i] ^= 0x01;
    const auto findings = tsig_check(changed, key(), {});
    // The id is signed as the original one, beside the MAC.
    if (i >= 2) CHECK(!findings || !findings->valid);
    const std::vector<std::uint8_t> cut{sent->bytes.begin(), sent->bytes.begin() + static_cast<long>(i)};
    const auto of_cut = tsig_check(cut, key(), {});
    CHECK(!of_cut || !of_cut->valid);
  }
}

static void two_signatures_are_no_message() {
  // ldns would lose the memory of the first one.
  const auto once = tsig_sign(update(), key(), kNow);
  CHECK_OK(once);
  const auto twice = tsig_sign(once->bytes, key(), kNow);
  CHECK_OK(twice);
  CHECK(tsig_check(once->bytes, key(), {})->valid);
  const auto findings = tsig_check(twice->bytes, key(), {});
  CHECK(!findings && findings.error().kind == ErrorKind::server_error);
}

int main() {
  return acme_test::run(
      "dns/tsig",
      {ACME_TEST(keys_are_read_as_operators_have_them), ACME_TEST(what_is_no_key_is_told_without_the_secret),
       ACME_TEST(an_update_is_a_message_of_rfc_2136), ACME_TEST(what_is_too_much_for_one_message_is_known),
       ACME_TEST(a_signature_is_checked_as_it_was_made), ACME_TEST(no_changed_byte_passes),
       ACME_TEST(two_signatures_are_no_message)});
}
