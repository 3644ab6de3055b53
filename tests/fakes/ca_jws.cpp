#include "tests/fakes/ca_jws.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr std::size_t kNumberSize = 32;

std::optional<std::string> decoded(const std::optional<std::string>& text) {
  const auto bytes = text ? base64url_decode(*text) : std::nullopt;
  if (!bytes) return std::nullopt;
  return std::string{bytes->begin(), bytes->end()};
}

PkeyPtr public_key(const std::string& canonical_jwk) {
  const auto jwk = Json::parse(canonical_jwk);
  if (!jwk) return PkeyPtr{};
  const auto x = decoded((*jwk)["x"].string());
  const auto y = decoded((*jwk)["y"].string());
  if (!x || !y || x->size() != kNumberSize || y->size() != kNumberSize) return PkeyPtr{};
  std::string point = "\x04" + *x + *y;
  char group[] = "prime256v1";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                             OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                             OSSL_PARAM_construct_end()};
  const PkeyContextPtr context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) return PkeyPtr{};
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return PkeyPtr{};
  return PkeyPtr{key};
}

/// r || s as OpenSSL wants it.
std::string to_der(const std::string& signature) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  const EcdsaSignaturePtr pair{ECDSA_SIG_new()};
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes, kNumberSize, nullptr),
                 BN_bin2bn(bytes + kNumberSize, kNumberSize, nullptr));
  unsigned char* raw = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &raw);
  const OpensslBytes der{raw};
  return size <= 0 ? std::string{} : std::string(reinterpret_cast<char*>(raw), static_cast<std::size_t>(size));
}

}  // namespace

std::optional<CaJws> read_jws(std::string_view body) {
  const auto json = Json::parse(body);
  return json ? read_jws(*json) : std::nullopt;
}

std::optional<CaJws> read_jws(const Json& json) {
  const auto header_text = json["protected"].string();
  const auto payload_text = json["payload"].string();
  const auto header = decoded(header_text);
  const auto payload = decoded(payload_text);
  const auto signature = decoded(json["signature"].string());
  if (!header || !payload || !signature) return std::nullopt;
  const auto parsed = Json::parse(*header);
  if (!parsed) return std::nullopt;
  return CaJws{*parsed, *payload, *header_text + "." + *payload_text, *signature};
}

std::string canonical_jwk(const Json& jwk) {
  const auto x = jwk["x"].string();
  const auto y = jwk["y"].string();
  if (jwk["kty"].string() != "EC" || jwk["crv"].string() != "P-256" || !x || !y) return {};
  return cat(R"({"crv":"P-256","kty":"EC","x":")", *x, R"(","y":")", *y, "\"}");
}

std::string thumbprint_of(const std::string& canonical_jwk) { return base64url_encode(*sha256(canonical_jwk)); }

bool is_signed_by(const CaJws& jws, const std::string& canonical_jwk) {
  const PkeyPtr key = public_key(canonical_jwk);
  if (!key || jws.protected_header["alg"].string() != "ES256" || jws.signature.size() != 2 * kNumberSize) return false;
  const std::string der = to_der(jws.signature);
  const MdContextPtr context{EVP_MD_CTX_new()};
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(der.data()), der.size(),
                          reinterpret_cast<const unsigned char*>(jws.signing_input.data()),
                          jws.signing_input.size()) == 1;
}

}  // namespace acme_test
