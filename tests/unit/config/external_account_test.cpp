#include "common/config/external_account.hpp"

#include "tests/check.hpp"

using namespace acme;

static void mac_keys_come_in_both_alphabets() {
  // The bytes fb ff be 01.
  for (const char* form : {"-_--AQ", "-_--AQ==", "+/++AQ==", "+/++AQ", "  -_--AQ\r\n", "+_-+AQ"}) {
    const auto key = parse_mac_key(form);
    CHECK_OK(key);
    CHECK_EQ(key->view(), "\xfb\xff\xbe\x01");
  }
  for (const char* bad : {"", " ", "====", "a", "AQ=A", "AQ!!", "planted secret", "A\0Q", "\xc3\xa4"}) {
    const auto key = parse_mac_key(bad);
    CHECK(!key.ok());
    CHECK(key.error().message.find("planted") == std::string::npos);
  }
}

static void algorithms() {
  CHECK(*parse_mac_algorithm("HS256") == MacAlgorithm::hs256);
  CHECK(*parse_mac_algorithm("HS384") == MacAlgorithm::hs384);
  CHECK(*parse_mac_algorithm("HS512") == MacAlgorithm::hs512);
  for (const char* bad : {"", "hs256", "RS256", "HS2560", "none"}) CHECK(!parse_mac_algorithm(bad).ok());
}

static void files_as_cas_hand_them_out() {
  for (const char* text :
       {R"({"kid": "k-1", "hmac": "c2VjcmV0"})", R"({"keyId": "k-1", "b64MacKey": null, "hmacKey": "c2VjcmV0"})",
        R"({"success": true, "eab_kid": "k-1", "eab_hmac_key": "c2VjcmV0"})", R"({"KID": "k-1", "key": "c2VjcmV0="})",
        R"({"key_id": "k-1", "hmac_key": "c2VjcmV0", "alg": "HS256"})"}) {
    const auto account = parse_external_account_json(text);
    CHECK_OK(account);
    CHECK_EQ(account->kid, "k-1");
    CHECK_EQ(account->key.view(), "secret");
    CHECK(account->algorithm == MacAlgorithm::hs256);
  }
  CHECK(parse_external_account_json(R"({"kid": "k", "hmac": "c2VjcmV0", "alg": "HS512"})")->algorithm ==
        MacAlgorithm::hs512);
}

static void other_files_are_refused_without_showing_them() {
  for (const char* bad : {"", "planted", "[]", "{}", R"({"kid": "k"})", R"({"hmac": "cGxhbnRlZA"})",
                          R"({"kid": null, "hmac": "c2VjcmV0"})", R"({"kid": 7, "hmac": "c2VjcmV0"})",
                          R"({"kid": "k", "hmac": ["planted"]})", R"({"kid": "k", "hmac": "planted!"})",
                          R"({"kid": "k", "hmac": ""})", R"({"kid": "", "hmac": "c2VjcmV0"})",
                          R"({"kid": "k", "hmac": "planted"",)", R"({"kid": "k", "hmac": "c2VjcmV0", "alg": "none"})",
                          R"({"kid": "k", "hmac": "c2VjcmV0", "key": "cGxhbnRlZA"})",
                          R"({"kid": "k", "keyId": "l", "hmac": "c2VjcmV0"})"}) {
    const auto account = parse_external_account_json(bad);
    if (account.ok()) print_message("accepted: %s\n", bad);
    CHECK(!account.ok());
    CHECK(account.error().kind == ErrorKind::configuration);
    CHECK(account.error().message.find("planted") == std::string::npos);
    CHECK(account.error().message.find("cGxhbnRlZA") == std::string::npos);
  }
}

int main() {
  return acme_test::run("external_account", {ACME_TEST(mac_keys_come_in_both_alphabets), ACME_TEST(algorithms),
                                             ACME_TEST(files_as_cas_hand_them_out),
                                             ACME_TEST(other_files_are_refused_without_showing_them)});
}
