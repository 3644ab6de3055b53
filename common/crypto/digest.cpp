#include "common/crypto/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <climits>

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme {

namespace {

constexpr std::uint8_t kSealVersion = 1;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kSealOverhead = 1 + kNonceSize + kTagSize;

const unsigned char* as_bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* as_bytes(Secret& secret) { return reinterpret_cast<unsigned char*>(secret.data()); }

const EVP_MD* digest_of(MacAlgorithm algorithm) {
  switch (algorithm) {
    case MacAlgorithm::hs256: return EVP_sha256();
    case MacAlgorithm::hs384: return EVP_sha384();
    case MacAlgorithm::hs512: return EVP_sha512();
  }
  return EVP_sha256();
}

template <std::size_t size>
Result<std::array<std::uint8_t, size>> digest_of_size(const EVP_MD* algorithm, const char* name,
                                                      std::string_view bytes) {
  std::array<std::uint8_t, size> hash{};
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, algorithm, nullptr) != 1) {
    return openssl_error(ErrorKind::crypto, cat("cannot compute a ", name, " hash"));
  }
  return hash;
}

Result<Secret> derive_key(const Secret& secret, std::string_view context) {
  const KdfPtr kdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
  const KdfContextPtr derivation{kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr};
  // OSSL_PARAM has no const pointers; HKDF only reads.
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char*>(secret.view().data()), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(context.data()), context.size()),
      OSSL_PARAM_construct_end()};
  Secret key{std::size_t{32}};
  if (!derivation || EVP_KDF_derive(derivation.get(), as_bytes(key), key.size(), parameters) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot derive a key");
  }
  return key;
}

Status check_sizes(const Secret& secret, std::string_view context, std::string_view text) {
  if (secret.empty()) return Error{ErrorKind::crypto, "the secret is empty"};
  if (context.size() > INT_MAX / 2 || text.size() > INT_MAX / 2) {
    return Error{ErrorKind::crypto, cat("too long to be sealed: ", text.size(), " bytes")};
  }
  return {};
}

}  // namespace

Result<std::array<std::uint8_t, 32>> sha256(std::string_view bytes) {
  return digest_of_size<32>(EVP_sha256(), "SHA-256", bytes);
}

Result<std::array<std::uint8_t, 20>> sha1(std::string_view bytes) {
  return digest_of_size<20>(EVP_sha1(), "SHA-1", bytes);
}

Result<Bytes> hmac(MacAlgorithm algorithm, std::string_view key, std::string_view bytes) {
  if (key.size() > INT_MAX) return Error{ErrorKind::crypto, "the MAC key is too long"};
  Bytes mac(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (HMAC(digest_of(algorithm), key.empty() ? "" : key.data(), static_cast<int>(key.size()), as_bytes(bytes),
           bytes.size(), mac.data(), &size) == nullptr) {
    return openssl_error(ErrorKind::crypto, "cannot compute a MAC");
  }
  mac.resize(size);
  return mac;
}

Result<Secret> random_secret(std::size_t size) {
  Secret secret{size};
  if (size > INT_MAX || RAND_priv_bytes(as_bytes(secret), static_cast<int>(size)) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot make random bytes");
  }
  return secret;
}

Result<std::string> random_hex(std::size_t bytes) {
  Bytes random(bytes);
  if (bytes > INT_MAX || RAND_bytes(random.data(), static_cast<int>(bytes)) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot make random bytes");
  }
  return to_hex(random);
}

Result<Bytes> seal(const Secret& secret, std::string_view context, std::string_view plain) {
  if (auto checked = check_sizes(secret, context, plain); !checked) return std::move(checked).error();
  auto key = derive_key(secret, context);
  if (!key) return std::move(key).error();
  Bytes sealed(kSealOverhead + plain.size());
  sealed[0] = kSealVersion;
  std::uint8_t* nonce = sealed.data() + 1;
  std::uint8_t* cipher_text = nonce + kNonceSize;
  const CipherContextPtr cipher{EVP_CIPHER_CTX_new()};
  int size = 0;
  int last = 0;
  const bool done =
      cipher && RAND_bytes(nonce, kNonceSize) == 1 &&
      EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), as_bytes(*key), nonce, nullptr) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, as_bytes(context), static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), cipher_text, &size, as_bytes(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), cipher_text + size, &last) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, cipher_text + plain.size()) == 1;
  if (!done) return openssl_error(ErrorKind::crypto, "cannot seal");
  return sealed;
}

Result<Secret> open_sealed(const Secret& secret, std::string_view context, std::string_view sealed) {
  if (auto checked = check_sizes(secret, context, sealed); !checked) return std::move(checked).error();
  if (sealed.size() < kSealOverhead) return Error{ErrorKind::crypto, "the sealed text is truncated"};
  if (static_cast<std::uint8_t>(sealed[0]) != kSealVersion) {
    return Error{ErrorKind::crypto,
                 cat("the sealed text has the unknown version ", unsigned{static_cast<std::uint8_t>(sealed[0])})};
  }
  auto key = derive_key(secret, context);
  if (!key) return std::move(key).error();
  const std::string_view nonce = sealed.substr(1, kNonceSize);
  const std::string_view cipher_text = sealed.substr(1 + kNonceSize, sealed.size() - kSealOverhead);
  Bytes tag(as_bytes(sealed) + sealed.size() - kTagSize, as_bytes(sealed) + sealed.size());
  // One byte more than needed: OpenSSL reads a null output buffer as "this is associated data".
  Secret buffer{cipher_text.size() + 1};
  const CipherContextPtr cipher{EVP_CIPHER_CTX_new()};
  int size = 0;
  int last = 0;
  const bool done =
      cipher && EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), as_bytes(*key), as_bytes(nonce), nullptr) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, as_bytes(context), static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), as_bytes(buffer), &size, as_bytes(cipher_text),
                        static_cast<int>(cipher_text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), as_bytes(buffer) + size, &last) == 1;
  if (!done) {
    return openssl_error(ErrorKind::crypto, "cannot open the sealed text: another secret, another place or damaged");
  }
  return Secret{buffer.view().substr(0, cipher_text.size())};
}

}  // namespace acme
