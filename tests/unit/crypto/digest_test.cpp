#include "common/crypto/digest.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

static std::string_view view(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

static void sha1_of_the_standards_examples() {  // FIPS 180-2, appendix A
  CHECK_EQ(to_hex(*sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK_EQ(to_hex(*sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void sha256_of_the_standards_examples() {  // FIPS 180-2, appendix B
  CHECK_EQ(to_hex(*sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_EQ(to_hex(*sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hmac_matches_rfc4231() {
  CHECK_EQ(to_hex(*hmac(MacAlgorithm::hs256, "Jefe", "what do ya want for nothing?")),
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK_EQ(to_hex(*hmac(MacAlgorithm::hs384, "Jefe", "what do ya want for nothing?")),
           "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
  CHECK_EQ(
      to_hex(*hmac(MacAlgorithm::hs512, "Jefe", "what do ya want for nothing?")),
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6"
      "b4b636e070a38bce737");
}

static void hmac_takes_an_empty_key() {
  CHECK_EQ(to_hex(*hmac(MacAlgorithm::hs256, "", "")),
           "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void random_values_have_their_size_and_differ() {
  const auto a = random_secret(32);
  const auto b = random_secret(32);
  CHECK_OK(a);
  CHECK_EQ(a->size(), 32U);
  CHECK(a->view() != b->view());
  CHECK_EQ(random_hex(8)->size(), 16U);
  CHECK(*random_hex(8) != *random_hex(8));
}

static void sealed_text_opens_again() {
  const Secret secret{std::string(32, 's')};
  for (const std::string& plain : {std::string{}, std::string{"x"}, std::string(5000, 'k'), std::string{"a\0b", 3}}) {
    const auto sealed = seal(secret, "accounts/le/key", plain);
    CHECK_OK(sealed);
    CHECK_EQ(sealed->size(), plain.size() + 29);
    CHECK_EQ(int{sealed->front()}, 1);
    CHECK(plain.size() < 100 || view(*sealed).find(plain) == std::string_view::npos);
    const auto opened = open_sealed(secret, "accounts/le/key", view(*sealed));
    CHECK_OK(opened);
    CHECK(opened->view() == plain);
  }
}

static void sealing_twice_gives_two_texts() {
  const Secret secret{std::string(32, 's')};
  CHECK(*seal(secret, "c", "plain") != *seal(secret, "c", "plain"));
}

static void only_the_same_secret_and_context_open() {
  const Secret secret{std::string(32, 's')};
  const Secret other{std::string(32, 't')};
  const auto sealed = seal(secret, "certificates/a/1", "plain");
  CHECK(open_sealed(other, "certificates/a/1", view(*sealed)).error().kind == ErrorKind::crypto);
  CHECK(open_sealed(secret, "certificates/a/2", view(*sealed)).error().kind == ErrorKind::crypto);
  CHECK(open_sealed(secret, "", view(*sealed)).error().kind == ErrorKind::crypto);
}

static void each_changed_bit_and_each_cut_is_noticed() {
  const Secret secret{std::string(32, 's')};
  const auto sealed = seal(secret, "context", "plain");
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    Bytes damaged = *sealed;
    damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ 0x10U);
    CHECK(open_sealed(secret, "context", view(damaged)).error().kind == ErrorKind::crypto);
    CHECK(open_sealed(secret, "context", view(*sealed).substr(0, i)).error().kind == ErrorKind::crypto);
  }
}

static void an_empty_secret_is_refused() {
  CHECK(!seal(Secret{}, "context", "plain").ok());
  CHECK(!open_sealed(Secret{}, "context", std::string(40, '\1')).ok());
}

// Made by another implementation: HKDF (RFC 5869) without salt and AES-256-GCM.
static void the_sealed_form_is_the_documented_one() {
  const auto sealed = base64url_decode("AQABAgMEBQYHCAkKC80ZpT_ah7WbalEtM97o4QE-aT0tVcbqgUL5_o2G41HFgObYWzN-ZegoXys");
  CHECK(sealed.has_value());
  const auto opened = open_sealed(Secret{std::string(32, 'K')}, "accounts/le/key.sealed", view(*sealed));
  CHECK_OK(opened);
  CHECK_EQ(opened->view(), "-----BEGIN PRIVATE KEY-----");
}

int main() {
  return acme_test::run("digest",
                        {ACME_TEST(sha1_of_the_standards_examples), ACME_TEST(sha256_of_the_standards_examples),
                         ACME_TEST(hmac_matches_rfc4231), ACME_TEST(hmac_takes_an_empty_key),
                         ACME_TEST(random_values_have_their_size_and_differ), ACME_TEST(sealed_text_opens_again),
                         ACME_TEST(sealing_twice_gives_two_texts), ACME_TEST(only_the_same_secret_and_context_open),
                         ACME_TEST(each_changed_bit_and_each_cut_is_noticed), ACME_TEST(an_empty_secret_is_refused),
                         ACME_TEST(the_sealed_form_is_the_documented_one)});
}
