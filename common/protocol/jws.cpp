#include "common/protocol/jws.hpp"

#include "common/base/text.hpp"
#include "common/json/json.hpp"

namespace acme {

namespace {

const char* jws_algorithm(KeyType type) {
  if (type.algorithm == KeyAlgorithm::rsa) return "RS256";
  switch (type.bits) {
    case 384: return "ES384";
    case 521: return "ES512";
    default: return "ES256";
  }
}

const char* curve_name(KeyType type) {
  switch (type.bits) {
    case 384: return "P-384";
    case 521: return "P-521";
    default: return "P-256";
  }
}

const char* mac_name(MacAlgorithm algorithm) {
  switch (algorithm) {
    case MacAlgorithm::hs384: return "HS384";
    case MacAlgorithm::hs512: return "HS512";
    case MacAlgorithm::hs256: break;
  }
  return "HS256";
}

Result<JsonBuilder> jwk_object(const PrivateKey& key) {
  const auto numbers = key.public_numbers();
  if (!numbers) return numbers.error();
  JsonBuilder object = JsonBuilder::object();
  if (key.type().algorithm == KeyAlgorithm::rsa) {
    object.set("e", base64url_encode(numbers->e)).set("kty", "RSA").set("n", base64url_encode(numbers->n));
  } else {
    object.set("crv", curve_name(key.type())).set("kty", "EC");
    object.set("x", base64url_encode(numbers->x)).set("y", base64url_encode(numbers->y));
  }
  return object;
}

std::string signing_input(const JsonBuilder& protected_header, std::string_view payload) {
  return cat(base64url_encode(protected_header.text()), '.', base64url_encode(payload));
}

/// `input` is protected "." payload, both base64url.
JsonBuilder flattened(std::string_view input, const Bytes& signature) {
  const auto dot = input.find('.');
  JsonBuilder jws = JsonBuilder::object();
  jws.set("protected", input.substr(0, dot)).set("payload", input.substr(dot + 1));
  jws.set("signature", base64url_encode(signature));
  return jws;
}

}  // namespace

Result<std::string> jwk(const PrivateKey& key) {
  const auto object = jwk_object(key);
  if (!object) return object.error();
  return object->text();
}

Result<std::string> jwk_thumbprint(const PrivateKey& key) {
  const auto text = jwk(key);
  if (!text) return text.error();
  const auto hash = sha256(*text);
  if (!hash) return hash.error();
  return base64url_encode(*hash);
}

Result<std::string> key_authorization(std::string_view token, const PrivateKey& account_key) {
  const auto thumbprint = jwk_thumbprint(account_key);
  if (!thumbprint) return thumbprint.error();
  return cat(token, '.', *thumbprint);
}

Result<std::string> sign_jws(const PrivateKey& key, const JwsHeader& header, std::string_view payload) {
  JsonBuilder protected_header = JsonBuilder::object();
  protected_header.set("alg", jws_algorithm(key.type()));
  if (header.kid.empty()) {
    auto object = jwk_object(key);
    if (!object) return std::move(object).error();
    protected_header.set("jwk", *std::move(object));
  } else {
    protected_header.set("kid", header.kid);
  }
  if (!header.nonce.empty()) protected_header.set("nonce", header.nonce);
  protected_header.set("url", header.url);
  const std::string input = signing_input(protected_header, payload);
  const auto signature = key.sign_jws(input);
  if (!signature) return signature.error();
  return flattened(input, *signature).text();
}

Result<std::string> external_account_binding(const PrivateKey& account_key, std::string_view new_account_url,
                                             std::string_view kid, const Secret& mac_key, MacAlgorithm algorithm) {
  const auto payload = jwk(account_key);
  if (!payload) return payload.error();
  JsonBuilder protected_header = JsonBuilder::object();
  protected_header.set("alg", mac_name(algorithm)).set("kid", kid).set("url", new_account_url);
  const std::string input = signing_input(protected_header, *payload);
  const auto mac = hmac(algorithm, mac_key.view(), input);
  if (!mac) return mac.error();
  return flattened(input, *mac).text();
}

Result<std::string> key_change_payload(const PrivateKey& old_key, const PrivateKey& next,
                                       const std::string& account_url, const std::string& key_change_url) {
  auto old_jwk = jwk_object(old_key);
  if (!old_jwk) return std::move(old_jwk).error();
  JsonBuilder payload = JsonBuilder::object();
  payload.set("account", account_url).set("oldKey", *std::move(old_jwk));
  return sign_jws(next, JwsHeader{key_change_url, ""}, payload.text());
}

}  // namespace acme
