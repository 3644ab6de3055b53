// What a CA does with a signed request (RFC 7515, RFC 8555 §6.2): reads it and verifies it, by OpenSSL alone.
// ES256 keys only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/json/json.hpp"

namespace acme_test {

struct CaJws {
  acme::Json protected_header;
  std::string payload;        // decoded
  std::string signing_input;  // "protected.payload" as it came
  std::string signature;      // decoded, r || s
};

/// nullopt: it is no flattened JWS.
std::optional<CaJws> read_jws(std::string_view body);
std::optional<CaJws> read_jws(const acme::Json& json);

/// The P-256 key of a JWK as JSON text in the order of RFC 7638; "" when it is another kind of key.
std::string canonical_jwk(const acme::Json& jwk);
/// base64url(SHA-256(canonical JWK)).
std::string thumbprint_of(const std::string& canonical_jwk);

/// The signature is by the key of this canonical JWK.
bool is_signed_by(const CaJws& jws, const std::string& canonical_jwk);

}  // namespace acme_test
