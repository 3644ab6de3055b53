// TlsCertificate: a chain and its key, parsed once per process and given to handshakes.
#pragma once

#include <span>
#include <string_view>

#include "common/base/result.hpp"
#include "common/crypto/certificate.hpp"
#include "common/crypto/key.hpp"

struct ssl_st;  // SSL
struct stack_st_X509;

namespace acme {

class TlsCertificate {
 public:
  /// ErrorKind::malformed, or ErrorKind::verification when key and leaf do not belong together.
  static Result<TlsCertificate> make(CertificateChain chain, PrivateKey key);

  const CertificateChain& chain() const noexcept { return chain_; }
  KeyType key_type() const noexcept { return key_.type(); }

 private:
  friend bool install(ssl_st* ssl, std::span<const TlsCertificate> certificates) noexcept;
  TlsCertificate(CertificateChain chain, PrivateKey key);

  CertificateChain chain_;
  PrivateKey key_;
  std::shared_ptr<stack_st_X509> intermediates_;
};

/// Replaces the certificates of one connection, inside its certificate callback: SSL_certs_clear,
/// then one SSL_use_cert_and_key per key type (SSL_CTX_use_* would leave an old key type in place).
/// Microseconds. False when OpenSSL refused one; the connection then has none of ours.
bool install(ssl_st* ssl, std::span<const TlsCertificate> certificates) noexcept;

}  // namespace acme
