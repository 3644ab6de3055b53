#include "common/crypto/tls_look.hpp"

#include <openssl/err.h>

#include "common/base/text.hpp"
#include "common/crypto/certificate_facts.hpp"
#include "common/crypto/challenge_certificate.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme {

namespace {

struct Offer {
  const char* ciphers;     // up to TLS 1.2
  const char* signatures;  // nullptr: all
};

/// By LeafKey. Whatever old or weak thing a server speaks: it is only looked at.
constexpr std::array<Offer, kLeafKeys> kOffers{
    Offer{"ALL:!aNULL:!eNULL", nullptr},
    Offer{"aRSA:!eNULL",
          "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1"},
    Offer{"aECDSA:!eNULL", "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1"}};

int accept_any(X509_STORE_CTX*, void*) noexcept { return 1; }

std::shared_ptr<SSL_CTX> make_context(const Offer& offer) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (!context) return context;
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_cert_verify_callback(context.get(), accept_any, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_LEGACY_SERVER_CONNECT);
  const bool set = SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION) == 1 &&
                   SSL_CTX_set_max_proto_version(context.get(), 0) == 1 &&
                   SSL_CTX_set_cipher_list(context.get(), offer.ciphers) == 1 &&
                   (offer.signatures == nullptr || SSL_CTX_set1_sigalgs_list(context.get(), offer.signatures) == 1);
  if (!set) context.reset();
  return context;
}

UtcTime end_of(X509* certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return {};
  return UtcTime{Seconds{timegm(&parts)}};
}

bool offer(SSL* ssl, const std::string& protocol) {
  if (protocol.empty()) return true;
  const std::string list = static_cast<char>(protocol.size()) + protocol;
  // 0 is success here.
  return SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()),
                             static_cast<unsigned>(list.size())) == 0;
}

std::string agreed_protocol(const SSL* ssl) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return name == nullptr ? std::string{} : cleaned({reinterpret_cast<const char*>(name), size}, 64);
}

}  // namespace

Result<TlsLooks> TlsLooks::make() {
  TlsLooks looks;
  for (std::size_t i = 0; i < kLeafKeys; ++i) {
    looks.contexts_[i] = make_context(kOffers[i]);
    if (!looks.contexts_[i]) return openssl_error(ErrorKind::crypto, "cannot prepare a TLS client");
  }
  return looks;
}

Result<TlsLook> TlsLooks::begin(const std::string& server_name, LeafKey key, const std::string& protocol) const {
  std::shared_ptr<SSL> ssl{SSL_new(contexts_[static_cast<std::size_t>(key)].get()), SSL_free};
  BioPtr in{BIO_new(BIO_s_mem())};
  BioPtr out{BIO_new(BIO_s_mem())};
  if (!ssl || !in || !out) return openssl_error(ErrorKind::crypto, "cannot prepare a TLS connection");
  SSL_set_bio(ssl.get(), in.release(), out.release());
  SSL_set_connect_state(ssl.get());
  if (!server_name.empty() && SSL_set_tlsext_host_name(ssl.get(), server_name.c_str()) != 1) {
    return openssl_error(ErrorKind::crypto, cat("cannot ask for ", server_name, " by TLS"));
  }
  if (!offer(ssl.get(), protocol)) return openssl_error(ErrorKind::crypto, cat("cannot offer ", protocol, " by TLS"));
  return TlsLook{std::move(ssl)};
}

std::string TlsLook::exchange(std::string_view received) {
  const auto size = static_cast<int>(received.size());
  if (size > 0 && BIO_write(SSL_get_rbio(ssl_.get()), received.data(), size) != size) over_ = true;
  if (over_) return {};
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  take_leaf();
  over_ = done == 1 || SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ;
  if (over_ && done != 1) take_failure();
  ERR_clear_error();
  return to_send();
}

void TlsLook::take_leaf() {
  if (leaf_) return;
  const X509Ptr certificate{SSL_get1_peer_certificate(ssl_.get())};
  if (!certificate) return;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) return;
  ShownLeaf leaf;
  leaf.fingerprint = to_hex(std::span{digest.data(), size});
  leaf.subject = subject_name(certificate.get());
  leaf.issuer = issuer_name(certificate.get());
  leaf.not_after = end_of(certificate.get());
  leaf.protocol = agreed_protocol(ssl_.get());
  leaf.challenge_hash = challenge_hash(certificate.get());
  leaf_ = std::move(leaf);
}

void TlsLook::take_failure() {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_REASON(code);
  if (reason > SSL_AD_REASON_OFFSET) {
    refusal_ = cat("it answers with the TLS alert \"", SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET), "\"");
  } else if (const char* text = ERR_reason_error_string(code); text != nullptr) {
    refusal_ = cat("TLS fails: ", text);
  } else {
    refusal_ = "TLS fails";
  }
}

std::string TlsLook::goodbye() {
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  return to_send();
}

std::string TlsLook::to_send() {
  std::string bytes{written(SSL_get_wbio(ssl_.get()))};
  BIO_reset(SSL_get_wbio(ssl_.get()));
  return bytes;
}

}  // namespace acme
