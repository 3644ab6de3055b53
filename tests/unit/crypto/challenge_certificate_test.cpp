#include "common/crypto/challenge_certificate.hpp"

#include <array>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr UtcTime kNow{Seconds{1800000000}};

/// What stands in an extension, by its dotted type; nullopt: not there just once, or not critical as it should be.
std::optional<std::string> extension(X509* certificate, const char* type, bool critical) {
  const Handle<ASN1_OBJECT, ASN1_OBJECT_free> object{OBJ_txt2obj(type, 1)};
  const int at = X509_get_ext_by_OBJ(certificate, object.get(), -1);
  if (at < 0 || X509_get_ext_by_OBJ(certificate, object.get(), at) >= 0) return std::nullopt;
  X509_EXTENSION* found = X509_get_ext(certificate, at);
  if ((X509_EXTENSION_get_critical(found) != 0) != critical) return std::nullopt;
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(found);
  return std::string{reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                     static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::vector<Identifier> names_of(X509* certificate) {
  const GeneralNamesPtr names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  return from_general_names(names.get());
}

void check_answer(const ChallengeCertificate& made, const Identifier& name, const std::string& key_authorization) {
  X509* certificate = made.certificate.get();
  const auto hash = sha256(key_authorization);
  CHECK_OK(hash);
  const std::string expected = std::string{"\x04\x20"} + std::string{hash->begin(), hash->end()};
  CHECK(extension(certificate, "1.3.6.1.5.5.7.1.31", true) == expected);
  CHECK_EQ(challenge_hash(certificate), to_hex(*hash));
  CHECK_EQ(X509_get_ext_count(certificate), 2);
  CHECK(names_of(certificate) == std::vector{name});
  CHECK_EQ(X509_get_version(certificate), static_cast<long>(X509_VERSION_3));
  CHECK_EQ(X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)), 0);
  CHECK_EQ(X509_verify(certificate, made.key.get()), 1);
  CHECK_EQ(X509_check_private_key(certificate, made.key.get()), 1);
  const Handle<ASN1_TIME, ASN1_TIME_free> now{ASN1_TIME_set(nullptr, kNow.time_since_epoch().count())};
  CHECK(ASN1_TIME_compare(X509_get0_notBefore(certificate), now.get()) < 0);
  CHECK(ASN1_TIME_compare(X509_get0_notAfter(certificate), now.get()) > 0);
}

}  // namespace

static void it_says_what_rfc_8737_asks_for() {
  const std::string authorization = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9f";
  for (const Identifier& name :
       {Identifier{IdentifierType::dns, "www.example.com"}, Identifier{IdentifierType::dns, "xn--bcher-kva.example"},
        Identifier{IdentifierType::ip, "192.0.2.7"}, Identifier{IdentifierType::ip, "2001:db8::1"}}) {
    const auto made = make_challenge_certificate(name, authorization, kNow);
    CHECK_OK(made);
    check_answer(*made, name, authorization);
    CHECK_EQ(EVP_PKEY_get_base_id(made->key.get()), EVP_PKEY_EC);
  }
}

static void any_key_of_the_server_will_do() {
  const Identifier name{IdentifierType::dns, "example.com"};
  const std::array<PkeyPtr, 5> keys{
      PkeyPtr{EVP_RSA_gen(2048)}, PkeyPtr{EVP_EC_gen("P-384")}, PkeyPtr{EVP_EC_gen("P-521")},
      PkeyPtr{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}, PkeyPtr{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448")}};
  for (const auto& key : keys) {
    CHECK(key != nullptr);
    const auto made = make_challenge_certificate(name, "token.thumbprint", kNow, key.get());
    CHECK_OK(made);
    CHECK(made->key.get() == key.get());
    check_answer(*made, name, "token.thumbprint");
  }
}

static void what_is_no_address_is_refused() {
  const auto made = make_challenge_certificate({IdentifierType::ip, "example.com"}, "t.t", kNow);
  CHECK(!made);
}

int main() {
  return acme_test::run("challenge_certificate",
                        {ACME_TEST(it_says_what_rfc_8737_asks_for), ACME_TEST(any_key_of_the_server_will_do),
                         ACME_TEST(what_is_no_address_is_refused)});
}
