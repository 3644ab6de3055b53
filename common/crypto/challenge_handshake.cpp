#include "common/crypto/challenge_handshake.hpp"

#include <openssl/err.h>

#include <array>
#include <cstring>

#include "common/crypto/openssl_handles.hpp"

namespace acme {

namespace {

constexpr std::array<unsigned char, 4> kSessionIdContext{'a', 'c', 'm', 'e'};

/// ProtocolNameList with just this name (RFC 7301 §3.1).
constexpr std::string_view kOffer{
    "\x00\x0b\x0a"
    "acme-tls/1",
    13};

int select_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned, void*) {
  *out = reinterpret_cast<const unsigned char*>(kTlsAlpnProtocol.data());
  *size = static_cast<unsigned char>(kTlsAlpnProtocol.size());
  return SSL_TLSEXT_ERR_OK;
}

/// OpenSSL would ask the callback of the context that the connection began with if this one had none.
int accept_server_name(SSL*, int*, void*) { return SSL_TLSEXT_ERR_OK; }

/// The validation is over. A server that reads now is told that the client has closed.
void end_after_handshake(const SSL* ssl, int where, int) {
  if ((where & SSL_CB_HANDSHAKE_DONE) == 0) return;
  SSL_set_shutdown(const_cast<SSL*>(ssl), SSL_RECEIVED_SHUTDOWN);
}

void forbid_resumption(SSL* ssl) {
  SSL_set_options(ssl, SSL_OP_NO_TICKET);
  SSL_set_num_tickets(ssl, 0);
}

std::size_t number_at(const unsigned char* data) { return static_cast<std::size_t>(data[0]) << 8U | data[1]; }

}  // namespace

std::optional<std::string_view> challenged_server_name(ssl_st* ssl) noexcept {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  const bool offered =
      SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &data, &size) == 1;
  if (!offered || size != kOffer.size() || std::memcmp(data, kOffer.data(), size) != 0) return std::nullopt;
  // ServerNameList of one host_name (RFC 6066 §3).
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) != 1 || size <= 5) return std::nullopt;
  const bool one_name = number_at(data) == size - 2 && data[2] == TLSEXT_NAMETYPE_host_name &&
                        number_at(data + 3) == size - 5 && size - 5 <= TLSEXT_MAXLEN_host_name;
  if (!one_name) return std::nullopt;
  return std::string_view{reinterpret_cast<const char*>(data + 5), size - 5};
}

Result<ChallengeContext> ChallengeContext::make() {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!context ||
      SSL_CTX_set_session_id_context(context.get(), kSessionIdContext.data(), kSessionIdContext.size()) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot make a TLS context for challenges");
  }
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), select_protocol, nullptr);
  SSL_CTX_set_tlsext_servername_callback(context.get(), accept_server_name);
  return ChallengeContext{std::move(context)};
}

bool ChallengeContext::take_over(ssl_st* ssl, const ChallengeCertificate& answer) const noexcept {
  const bool ready = SSL_set_SSL_CTX(ssl, context_.get()) == context_.get() &&
                     SSL_use_certificate(ssl, answer.certificate.get()) == 1 &&
                     SSL_use_PrivateKey(ssl, answer.key.get()) == 1 &&
                     SSL_set_min_proto_version(ssl, TLS1_2_VERSION) == 1;
  ERR_clear_error();
  if (!ready) return false;
  SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
  forbid_resumption(ssl);
  SSL_set_info_callback(ssl, end_after_handshake);
  return true;
}

evp_pkey_st* chosen_key(ssl_st* ssl) noexcept {
  return SSL_version(ssl) == TLS1_2_VERSION ? SSL_get_privatekey(ssl) : nullptr;
}

void make_room_for_challenge(ssl_st* ssl) noexcept {
  SSL_set_cert_cb(ssl, nullptr, nullptr);
  SSL_certs_clear(ssl);
  forbid_resumption(ssl);
}

}  // namespace acme
