#include "common/crypto/key.hpp"

#include <openssl/core_names.h>

#include <array>

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key_reading.hpp"
#include "common/crypto/key_writing.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme {

namespace {

constexpr const char* kAccepted = "accepted are ecdsa:256, ecdsa:384, ecdsa:521, rsa:2048, rsa:3072 and rsa:4096";

struct Curve {
  int bits;
  const char* group;  // as OpenSSL names it
};
constexpr std::array<Curve, 3> kCurves{{{256, "prime256v1"}, {384, "secp384r1"}, {521, "secp521r1"}}};

const Curve* find_curve(int bits) {
  for (const auto& curve : kCurves) {
    if (curve.bits == bits) return &curve;
  }
  return nullptr;
}

bool is_accepted_rsa(int bits) { return bits == 2048 || bits == 3072 || bits == 4096; }

std::size_t field_size(KeyType type) { return (static_cast<std::size_t>(type.bits) + 7) / 8; }

/// Called by OpenSSL now and then while it looks for primes; 0 makes it give up.
int go_on_unless_stopped(EVP_PKEY_CTX* context) noexcept {
  return guard(0, [context] {
    const auto* stop = static_cast<const std::stop_token*>(EVP_PKEY_CTX_get_app_data(context));
    return stop->stop_requested() ? 0 : 1;
  });
}

/// A pass phrase is never asked for: the process may have a terminal.
int refuse_pass_phrase(char*, int, int, void*) noexcept { return -1; }

Result<KeyType> type_of(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (EVP_PKEY_is_a(key, "RSA") == 1) {
    if (is_accepted_rsa(bits)) return KeyType{KeyAlgorithm::rsa, bits};
    return Error{ErrorKind::configuration, cat("an RSA key of ", bits, " bits is not supported"), kAccepted};
  }
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    std::array<char, 80> group{};
    const bool named = EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1;
    const Curve* curve = find_curve(bits);
    if (named && curve != nullptr && std::string_view{group.data()} == curve->group) {
      return KeyType{KeyAlgorithm::ecdsa, bits};
    }
    const std::string shown_group = named ? std::string{group.data()} : "without a name";
    return Error{ErrorKind::configuration, cat("an EC key on the curve ", shown_group, " is not supported"), kAccepted};
  }
  const char* name = EVP_PKEY_get0_type_name(key);
  return Error{ErrorKind::configuration, cat("a key of type ", name != nullptr ? name : "?", " is not supported"),
               kAccepted};
}

/// One number of a key, big-endian, padded to `size` bytes (0: no leading zeros).
Result<Bytes> number_of(EVP_PKEY* key, const char* parameter, std::size_t size) {
  BIGNUM* raw = nullptr;
  const bool found = EVP_PKEY_get_bn_param(key, parameter, &raw) == 1;
  const BignumPtr number{raw};
  if (!found) return openssl_error(ErrorKind::crypto, cat("cannot read a key's ", parameter));
  Bytes bytes(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(number.get())));
  if (BN_bn2binpad(number.get(), bytes.data(), static_cast<int>(bytes.size())) < 0) {
    return openssl_error(ErrorKind::crypto, cat("cannot write a key's ", parameter));
  }
  return bytes;
}

/// The DER that OpenSSL makes of an ECDSA signature, as the r || s of RFC 7518 §3.4.
Result<Bytes> fixed_size_signature(const Bytes& der, std::size_t field) {
  const unsigned char* position = der.data();
  const EcdsaSignaturePtr signature{d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size()))};
  if (!signature) return openssl_error(ErrorKind::crypto, "cannot read an ECDSA signature");
  Bytes out(2 * field);
  const int size = static_cast<int>(field);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + field, size) != size) {
    return openssl_error(ErrorKind::crypto, "cannot write an ECDSA signature");
  }
  return out;
}

/// Whatever there is besides: explicit curves, no public half, all that is refused in the end.
std::shared_ptr<EVP_PKEY> read_by_openssl(std::string_view pem) {
  const BioPtr bio = reading_bio(pem);
  return {bio ? PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, refuse_pass_phrase, nullptr, nullptr, nullptr) : nullptr,
          EVP_PKEY_free};
}

}  // namespace

const EVP_MD* signature_digest(KeyType type) {
  if (type.algorithm == KeyAlgorithm::rsa || type.bits == 256) return EVP_sha256();
  return type.bits == 384 ? EVP_sha384() : EVP_sha512();
}

std::string to_string(KeyType type) { return cat(type.algorithm == KeyAlgorithm::rsa ? "rsa:" : "ecdsa:", type.bits); }

Result<PrivateKey> PrivateKey::generate(KeyType type, std::stop_token stop) {
  const bool rsa = type.algorithm == KeyAlgorithm::rsa;
  const Curve* curve = rsa ? nullptr : find_curve(type.bits);
  if (rsa ? !is_accepted_rsa(type.bits) : curve == nullptr) {
    return Error{ErrorKind::crypto, cat("cannot make a key of type ", to_string(type)), kAccepted};
  }
  const PkeyContextPtr context{EVP_PKEY_CTX_new_from_name(nullptr, rsa ? "RSA" : "EC", nullptr)};
  bool ready = context && EVP_PKEY_keygen_init(context.get()) == 1;
  if (ready && rsa) ready = EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), type.bits) == 1;
  if (ready && !rsa) ready = EVP_PKEY_CTX_set_group_name(context.get(), curve->group) == 1;
  EVP_PKEY* raw = nullptr;
  if (ready) {
    EVP_PKEY_CTX_set_app_data(context.get(), &stop);
    EVP_PKEY_CTX_set_cb(context.get(), go_on_unless_stopped);
    ready = EVP_PKEY_generate(context.get(), &raw) == 1;
  }
  std::shared_ptr<EVP_PKEY> key{raw, EVP_PKEY_free};
  if (ready) return PrivateKey{std::move(key), type};
  Error error = openssl_error(ErrorKind::crypto, cat("cannot make a key of type ", to_string(type)));
  if (stop.stop_requested()) return Error{ErrorKind::cancelled, "making a key was stopped"};
  return error;
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  std::shared_ptr<EVP_PKEY> key{read_key_cleanly(pem).release(), EVP_PKEY_free};
  if (!key) key = read_by_openssl(pem);
  if (!key) return openssl_error(ErrorKind::malformed, "cannot read a private key (unencrypted PEM is expected)");
  auto type = type_of(key.get());
  if (!type) return std::move(type).error();
  return PrivateKey{std::move(key), *type};
}

Result<Secret> PrivateKey::to_pem() const {
  auto numbers = public_numbers();
  if (!numbers) return std::move(numbers).error();
  Secret pem = write_key_cleanly(key_.get(), *numbers);
  if (pem.empty()) return openssl_error(ErrorKind::crypto, "cannot write a private key");
  return pem;
}

Result<PublicNumbers> PrivateKey::public_numbers() const {
  const bool rsa = type_.algorithm == KeyAlgorithm::rsa;
  const std::size_t size = rsa ? 0 : field_size(type_);
  auto first = number_of(key_.get(), rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, size);
  if (!first) return std::move(first).error();
  auto second = number_of(key_.get(), rsa ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_EC_PUB_Y, size);
  if (!second) return std::move(second).error();
  PublicNumbers numbers;
  numbers.type = type_;
  (rsa ? numbers.n : numbers.x) = *std::move(first);
  (rsa ? numbers.e : numbers.y) = *std::move(second);
  return numbers;
}

Result<Bytes> PrivateKey::public_key_hash() const {
  unsigned char* raw = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &raw);
  const OpensslBytes der{raw};
  if (size <= 0) return openssl_error(ErrorKind::crypto, "cannot write a public key");
  auto hash = sha256({reinterpret_cast<const char*>(der.get()), static_cast<std::size_t>(size)});
  if (!hash) return std::move(hash).error();
  return Bytes(hash->begin(), hash->end());
}

Result<Bytes> PrivateKey::sign_jws(std::string_view signing_input) const {
  const MdContextPtr context{EVP_MD_CTX_new()};
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, signature_digest(type_), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size,
                     reinterpret_cast<const unsigned char*>(signing_input.data()), signing_input.size()) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot sign");
  }
  signature.resize(size);
  if (type_.algorithm == KeyAlgorithm::rsa) return signature;
  return fixed_size_signature(signature, field_size(type_));
}

}  // namespace acme
