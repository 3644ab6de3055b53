#include "common/crypto/csr.hpp"

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"
#include "tests/check.hpp"

using namespace acme;

static PrivateKey key_of(KeyType type) { return *PrivateKey::generate(type); }
static PrivateKey p256() { return key_of({KeyAlgorithm::ecdsa, 256}); }

static X509ReqPtr parsed(const Bytes& der) {
  const unsigned char* position = der.data();
  X509ReqPtr request{d2i_X509_REQ(nullptr, &position, static_cast<long>(der.size()))};
  CHECK(request && position == der.data() + der.size());
  return request;
}

static std::string subject_of(X509_REQ* request) {
  const OpensslText line{X509_NAME_oneline(X509_REQ_get_subject_name(request), nullptr, 0)};
  return line.get();
}

static const std::vector<Identifier> kNames{{IdentifierType::dns, "example.com"},
                                            {IdentifierType::dns, "*.example.com"},
                                            {IdentifierType::ip, "192.0.2.7"},
                                            {IdentifierType::ip, "2001:db8::1"}};

static void names_are_in_the_extension_alone() {
  const auto key = p256();
  const auto der = make_csr(key, kNames, CsrOptions{});
  CHECK_OK(der);
  const auto request = parsed(*der);
  CHECK_EQ(X509_REQ_verify(request.get(), key.get()), 1);
  CHECK_EQ(subject_of(request.get()), "");
  const ExtensionStackPtr extensions{X509_REQ_get_extensions(request.get())};
  CHECK_EQ(sk_X509_EXTENSION_num(extensions.get()), 1);
  const GeneralNamesPtr names{
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr))};
  CHECK(from_general_names(names.get()) == kNames);
}

static void each_key_type_signs_with_its_digest() {
  const struct {
    KeyType type;
    int signature;
  } table[] = {{{KeyAlgorithm::ecdsa, 256}, NID_ecdsa_with_SHA256},
               {{KeyAlgorithm::ecdsa, 384}, NID_ecdsa_with_SHA384},
               {{KeyAlgorithm::ecdsa, 521}, NID_ecdsa_with_SHA512},
               {{KeyAlgorithm::rsa, 2048}, NID_sha256WithRSAEncryption}};
  for (const auto& row : table) {
    const auto key = key_of(row.type);
    const auto der = make_csr(key, kNames, CsrOptions{});
    CHECK_OK(der);
    const auto request = parsed(*der);
    CHECK_EQ(X509_REQ_verify(request.get(), key.get()), 1);
    CHECK_EQ(X509_REQ_get_signature_nid(request.get()), row.signature);
  }
}

static void common_name_is_the_first_that_fits() {
  CsrOptions options;
  options.common_name = true;
  const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + ".test";
  const std::vector<Identifier> names{
      {IdentifierType::ip, "192.0.2.7"}, {IdentifierType::dns, long_name}, {IdentifierType::dns, "short.test"}};
  CHECK_EQ(subject_of(parsed(*make_csr(p256(), names, options)).get()), "/CN=short.test");
  CHECK_EQ(subject_of(parsed(*make_csr(p256(), {names[0], names[1]}, options)).get()), "");
}

static void must_staple_is_a_tls_feature() {
  CsrOptions options;
  options.must_staple = true;
  const auto request = parsed(*make_csr(p256(), kNames, options));
  const ExtensionStackPtr extensions{X509_REQ_get_extensions(request.get())};
  CHECK_EQ(sk_X509_EXTENSION_num(extensions.get()), 2);
  const int place = X509v3_get_ext_by_NID(extensions.get(), NID_tlsfeature, -1);
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509v3_get_ext(extensions.get(), place));
  // RFC 7633 §4.1: SEQUENCE { INTEGER 5 }.
  const std::string expected{"\x30\x03\x02\x01\x05"};
  CHECK_EQ(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                       static_cast<std::size_t>(ASN1_STRING_length(value))),
           expected);
}

static void a_hundred_names_fit() {
  std::vector<Identifier> names;
  for (int i = 0; i < 100; ++i) names.push_back({IdentifierType::dns, cat("name", i, ".example.com")});
  CHECK_OK(make_csr(p256(), names, CsrOptions{}));
}

static void bad_names_are_refused() {
  CHECK(!make_csr(p256(), {}, CsrOptions{}).ok());
  const auto bad = make_csr(p256(), {{IdentifierType::ip, "192.0.2"}}, CsrOptions{});
  CHECK(!bad.ok() && bad.error().kind == ErrorKind::malformed);
}

int main() {
  return acme_test::run("csr",
                        {ACME_TEST(names_are_in_the_extension_alone), ACME_TEST(each_key_type_signs_with_its_digest),
                         ACME_TEST(common_name_is_the_first_that_fits), ACME_TEST(must_staple_is_a_tls_feature),
                         ACME_TEST(a_hundred_names_fit), ACME_TEST(bad_names_are_refused)});
}
