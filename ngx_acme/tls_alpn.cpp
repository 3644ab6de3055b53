#include "ngx_acme/tls_alpn.hpp"

#include "ngx_acme/servers.hpp"

namespace acme {

namespace {

/// What nginx itself does with a client hello.
int pass_on([[maybe_unused]] SSL* ssl, [[maybe_unused]] int* alert) noexcept {
#if (nginx_version >= 1029002)
  return ngx_ssl_client_hello_callback(ssl, alert, nullptr);
#else
  return SSL_CLIENT_HELLO_SUCCESS;
#endif
}

/// Never over QUIC, whose handshakes have the context of the same server block.
bool is_tcp(SSL* ssl) noexcept {
  const auto* connection = static_cast<const ngx_connection_t*>(ngx_ssl_get_connection(ssl));
  return connection != nullptr && connection->type == SOCK_STREAM;
}

int acme_client_hello(SSL* ssl, int* alert, void* answers) noexcept {
  const auto hello = is_tcp(ssl) ? static_cast<TlsAlpn*>(answers)->on_client_hello(ssl) : TlsAlpn::Hello::ordinary;
  if (hello == TlsAlpn::Hello::ordinary) return pass_on(ssl, alert);
  if (hello == TlsAlpn::Hello::answered) return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
}

}  // namespace

void answer_tls_alpn(ngx_conf_t* cf, MainConf& main) {
  if (main.server->configuration().certificates.empty()) return;
  for (const ngx_http_core_srv_conf_t* server : servers(cf)) {
    SSL_CTX* context = ssl_conf(*server).ssl.ctx;
    if (context != nullptr) SSL_CTX_set_client_hello_cb(context, acme_client_hello, &main.server->tls_alpn());
  }
}

}  // namespace acme
