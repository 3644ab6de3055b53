// JSON Web Signatures as ACME uses them: flattened JSON, protected header only (RFC 8555 §6.2).
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key.hpp"

namespace acme {

/// The public key as a JWK, members in the lexical order that RFC 7638 hashes; a JSON object text.
Result<std::string> jwk(const PrivateKey& key);
/// base64url(SHA-256(jwk)) (RFC 7638).
Result<std::string> jwk_thumbprint(const PrivateKey& key);
/// token "." thumbprint (RFC 8555 §8.1).
Result<std::string> key_authorization(std::string_view token, const PrivateKey& account_key);

struct JwsHeader {
  JwsHeader(std::string u, std::string n) : url{std::move(u)}, nonce{std::move(n)} {}
  std::string url;
  /// Empty: left out, as within another JWS (RFC 8555 §7.3.5).
  std::string nonce;
  /// The account URL; empty: the header carries the `jwk` instead (newAccount).
  std::string kid;
};

/// The request body. An empty `payload` is a POST-as-GET (RFC 8555 §6.3); `{}` is a payload.
Result<std::string> sign_jws(const PrivateKey& key, const JwsHeader& header, std::string_view payload);

/// The externalAccountBinding object of newAccount (RFC 8555 §7.3.4): the account's JWK signed with
/// the MAC key, JSON text.
Result<std::string> external_account_binding(const PrivateKey& account_key, std::string_view new_account_url,
                                             std::string_view kid, const Secret& mac_key, MacAlgorithm algorithm);

/// The payload of keyChange (RFC 8555 §7.3.5): signed by `next`, it says which account had which key. JSON text.
Result<std::string> key_change_payload(const PrivateKey& old_key, const PrivateKey& next,
                                       const std::string& account_url, const std::string& key_change_url);

}  // namespace acme
