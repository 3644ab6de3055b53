#include "common/crypto/challenge_certificate.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"

#include "common/crypto/self_signed.hpp"

namespace acme {

namespace {

constexpr const char* kAcmeIdentifier = "1.3.6.1.5.5.7.1.31";
constexpr std::string_view kCommonName = "acme challenge";
constexpr auto kSlack = std::chrono::days{1};  // no CA looks at the dates, and clocks differ
constexpr auto kLifetime = std::chrono::days{7};

using ObjectPtr = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;
using OctetStringPtr = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

/// `Authorization ::= OCTET STRING (SIZE (32))`, in DER.
Result<std::array<unsigned char, 34>> authorization_der(std::string_view key_authorization) {
  const auto hash = sha256(key_authorization);
  if (!hash) return hash.error();
  std::array<unsigned char, 34> der{0x04, 0x20};
  std::copy(hash->begin(), hash->end(), der.begin() + 2);
  return der;
}

bool add_identifier(X509* certificate, const std::array<unsigned char, 34>& der) {
  const ObjectPtr type{OBJ_txt2obj(kAcmeIdentifier, 1)};
  const OctetStringPtr value{ASN1_OCTET_STRING_new()};
  if (!type || !value || ASN1_OCTET_STRING_set(value.get(), der.data(), static_cast<int>(der.size())) != 1)
    return false;
  const ExtensionPtr extension{X509_EXTENSION_create_by_OBJ(nullptr, type.get(), 1, value.get())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// Ed25519 and the like have their digest in them.
const EVP_MD* digest_for(EVP_PKEY* key) {
  std::array<char, 64> name{};
  const bool known = EVP_PKEY_get_default_digest_name(key, name.data(), name.size()) > 0;
  return known && std::string_view{name.data()} == "UNDEF" ? nullptr : EVP_sha256();
}

}  // namespace

Result<ChallengeCertificate> make_challenge_certificate(const Identifier& name, std::string_view key_authorization,
                                                        UtcTime now) {
  const PkeyPtr key{EVP_EC_gen("P-256")};
  if (!key) return openssl_error(ErrorKind::crypto, "cannot make a key");
  return make_challenge_certificate(name, key_authorization, now, key.get());
}

Result<ChallengeCertificate> make_challenge_certificate(const Identifier& name, std::string_view key_authorization,
                                                        UtcTime now, evp_pkey_st* key) {
  const auto der = authorization_der(key_authorization);
  if (!der) return der.error();
  const auto names = to_general_names({name});
  if (!names) return names.error();
  X509Ptr certificate{X509_new()};
  const bool done = certificate &&
                    fill_self_signed(certificate.get(), key, kCommonName, now - kSlack, now + kLifetime) &&
                    X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names->get(), 0, 0) == 1 &&
                    add_identifier(certificate.get(), *der) && X509_sign(certificate.get(), key, digest_for(key)) > 0 &&
                    EVP_PKEY_up_ref(key) == 1;
  if (!done) return openssl_error(ErrorKind::crypto, "cannot make the certificate of a challenge");
  std::shared_ptr<EVP_PKEY> shared_key{key, EVP_PKEY_free};
  return ChallengeCertificate{{certificate.release(), X509_free}, std::move(shared_key)};
}

std::string challenge_hash(const x509_st* certificate) {
  constexpr int kSize = 34;
  const ObjectPtr type{OBJ_txt2obj(kAcmeIdentifier, 1)};
  const int place = type ? X509_get_ext_by_OBJ(certificate, type.get(), -1) : -1;
  const ASN1_OCTET_STRING* value = place < 0 ? nullptr : X509_EXTENSION_get_data(X509_get_ext(certificate, place));
  if (value == nullptr || ASN1_STRING_length(value) != kSize) return {};
  return to_hex({ASN1_STRING_get0_data(value) + 2, kSize - 2});
}

}  // namespace acme
