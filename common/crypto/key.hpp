// PrivateKey: an EC or RSA key pair; makes, stores, signs. Certificate keys and account keys.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

struct evp_md_st;    // EVP_MD
struct evp_pkey_st;  // EVP_PKEY

namespace acme {

enum class KeyAlgorithm : std::uint8_t { ecdsa, rsa };

struct KeyType {
  KeyAlgorithm algorithm = KeyAlgorithm::ecdsa;
  int bits = 256;  // ecdsa: 256, 384 or 521; rsa: 2048, 3072 or 4096

  friend bool operator==(const KeyType&, const KeyType&) = default;
};

/// "ecdsa:256", "rsa:2048": the form of the configuration, of ids and of logs.
std::string to_string(KeyType type);

/// The digest that this type of key signs with: SHA-256, for P-384 SHA-384, for P-521 SHA-512.
const evp_md_st* signature_digest(KeyType type);

/// The public half as a JWK holds it (RFC 7518 §6): big-endian, EC coordinates padded to the size
/// of the curve's field, RSA numbers without leading zeros.
struct PublicNumbers {
  KeyType type;
  std::vector<std::uint8_t> x, y;  // ecdsa
  std::vector<std::uint8_t> n, e;  // rsa
};

/// Cheap to copy: copies share one immutable EVP_PKEY. Usable from any thread.
class PrivateKey {
 public:
  /// Blocks: microseconds for ecdsa, up to seconds for rsa:4096; a stop that is requested meanwhile
  /// ends the latter within milliseconds, with ErrorKind::cancelled. Else ErrorKind::crypto.
  static Result<PrivateKey> generate(KeyType type, std::stop_token stop = {});
  /// PEM, PKCS#8 or traditional, unencrypted. ErrorKind::malformed; ErrorKind::configuration for a
  /// key of a type or size that is not among those above (the message names what is accepted).
  static Result<PrivateKey> from_pem(std::string_view pem);

  /// PKCS#8 PEM.
  Result<Secret> to_pem() const;
  KeyType type() const noexcept { return type_; }
  Result<PublicNumbers> public_numbers() const;
  /// SHA-256 over the DER SubjectPublicKeyInfo, for comparing keys.
  Result<std::vector<std::uint8_t>> public_key_hash() const;

  /// The signature of a JWS made with this key (RFC 7518 §3): ES256/384/512 as r || s, each padded
  /// to the size of the curve's field; rsa as RS256 (PKCS #1 v1.5, SHA-256).
  Result<std::vector<std::uint8_t>> sign_jws(std::string_view signing_input) const;

  /// Borrowed; for common/crypto and the TLS parts of the glue.
  evp_pkey_st* get() const noexcept { return key_.get(); }

 private:
  PrivateKey(std::shared_ptr<evp_pkey_st> key, KeyType type) : key_{std::move(key)}, type_{type} {}

  std::shared_ptr<evp_pkey_st> key_;
  KeyType type_;
};

}  // namespace acme
