#include "common/crypto/tls_certificate.hpp"

#include <openssl/err.h>

#include "common/crypto/openssl_handles.hpp"

namespace acme {

TlsCertificate::TlsCertificate(CertificateChain chain, PrivateKey key)
    : chain_{std::move(chain)}, key_{std::move(key)} {}

Result<TlsCertificate> TlsCertificate::make(CertificateChain chain, PrivateKey key) {
  if (X509_check_private_key(chain.get(0), key.get()) != 1) {
    return openssl_error(ErrorKind::verification, "certificate and key do not belong together");
  }
  X509StackPtr intermediates{sk_X509_new_null()};
  for (std::size_t i = 1; intermediates && i < chain.size(); ++i) {
    if (X509_up_ref(chain.get(i)) != 1) return openssl_error(ErrorKind::crypto, "cannot prepare the chain");
    if (sk_X509_push(intermediates.get(), chain.get(i)) <= 0) {
      X509_free(chain.get(i));
      return openssl_error(ErrorKind::crypto, "cannot prepare the chain");
    }
  }
  if (!intermediates) return openssl_error(ErrorKind::crypto, "cannot prepare the chain");
  TlsCertificate certificate{std::move(chain), std::move(key)};
  certificate.intermediates_ = std::move(intermediates);
  return certificate;
}

bool install(ssl_st* ssl, std::span<const TlsCertificate> certificates) noexcept {
  SSL_certs_clear(ssl);
  for (const auto& certificate : certificates) {
    if (SSL_use_cert_and_key(ssl, certificate.chain_.get(0), certificate.key_.get(), certificate.intermediates_.get(),
                             1) != 1) {
      SSL_certs_clear(ssl);
      ERR_clear_error();
      return false;
    }
  }
  return true;
}

}  // namespace acme
