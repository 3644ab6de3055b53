#include "mod_acme/tls_alpn.hpp"

#include <apr_optional_hooks.h>
#include <openssl/ssl.h>

#include "common/base/guard.hpp"
#include "mod_acme/hosts.hpp"
#include "mod_acme/load.hpp"
#include "mod_acme/pool_object.hpp"

extern "C" {
#include <http_connection.h>

// mod_ssl_openssl.h, which Debian does not ship, declares these hooks; their names are what binds them.
typedef int ssl_HOOK_pre_handshake_t(conn_rec*, SSL*, int);
typedef int ssl_HOOK_answer_challenge_t(conn_rec*, const char*, X509**, EVP_PKEY**);
}

namespace acme {

namespace {

const char* const kProtocol = kTlsAlpnProtocol.data();

/// Of each TLS connection; in its pool, as plain as that needs.
struct AlpnConnection {
  SSL* ssl;
  const ChallengeCertificate* answer;  // found live when the protocol was chosen
  bool chosen;
};

AlpnConnection* alpn_connection(const conn_rec* connection) {
  return static_cast<AlpnConnection*>(ap_get_module_config(connection->conn_config, &acme_module));
}

bool is_only_offer(const apr_array_header_t* offers) {
  return offers->nelts == 1 && kTlsAlpnProtocol == *reinterpret_cast<const char* const*>(offers->elts);
}

int propose(conn_rec* connection, apr_array_header_t* proposals) {
  AlpnConnection* mine = alpn_connection(connection);
  const Load* load = Load::of(connection->base_server);
  if (!mine || !load || !load->server()) return DECLINED;
  const char* name = SSL_get_servername(mine->ssl, TLSEXT_NAMETYPE_host_name);
  auto answer = name ? load->server()->tls_alpn().answer(name, mine->ssl) : std::nullopt;
  if (!answer) return DECLINED;
  mine->answer = &make_in_pool<ChallengeCertificate>(connection->pool, *std::move(answer));
  *static_cast<const char**>(apr_array_push(proposals)) = kProtocol;
  return OK;
}

extern "C" {

/// Hook of mod_ssl: the one that knows which SSL belongs to a connection.
int acme_pre_handshake(conn_rec* connection, SSL* ssl, int is_proxy) noexcept {
  if (is_proxy) return DECLINED;
  auto* mine = static_cast<AlpnConnection*>(apr_pcalloc(connection->pool, sizeof(AlpnConnection)));
  mine->ssl = ssl;
  ap_set_module_config(connection->conn_config, &acme_module, mine);
  return OK;
}

/// With a request it is an `Upgrade:` header that offers protocols, no handshake.
int acme_protocol_propose(conn_rec* connection, request_rec* request, server_rec*, const apr_array_header_t* offers,
                          apr_array_header_t* proposals) noexcept {
  if (request || !is_only_offer(offers)) return DECLINED;
  return guard(DECLINED, [&] { return propose(connection, proposals); });
}

int acme_protocol_switch(conn_rec* connection, request_rec* request, server_rec*, const char* protocol) noexcept {
  AlpnConnection* mine = alpn_connection(connection);
  if (request || !mine || !mine->answer || kTlsAlpnProtocol != protocol) return DECLINED;
  mine->chosen = true;
  make_room_for_challenge(mine->ssl);
  return OK;
}

const char* acme_protocol_get(const conn_rec* connection) noexcept {
  const AlpnConnection* mine = alpn_connection(connection);
  return mine && mine->chosen ? kProtocol : nullptr;
}

/// Hook of mod_ssl: it installs both, and asks for no client certificate any more.
int acme_answer_challenge(conn_rec* connection, const char*, X509** certificate, EVP_PKEY** key) noexcept {
  const AlpnConnection* mine = alpn_connection(connection);
  if (!mine || !mine->chosen) return DECLINED;
  *certificate = mine->answer->certificate.get();
  *key = mine->answer->key.get();
  return OK;
}

/// After mod_ssl's own, which makes the handshake: nothing may follow it.
int acme_process_connection(conn_rec* connection) noexcept {
  const AlpnConnection* mine = alpn_connection(connection);
  if (!mine || !mine->chosen) return DECLINED;
  ap_shutdown_conn(connection, 1);
  connection->keepalive = AP_CONN_CLOSE;
  connection->aborted = 1;  // no lingering for a client that has nothing to say
  return OK;
}

}  // extern "C"

void allow(server_rec* server, apr_pool_t* pool) {
  auto* core = static_cast<core_server_config*>(ap_get_core_module_config(server->module_config));
  if (ap_array_str_contains(core->protocols, kProtocol)) return;
  // Virtual hosts may share one array: each gets its own.
  core->protocols = apr_array_copy(pool, core->protocols);
  const auto add = [&](const char* protocol) {
    *static_cast<const char**>(apr_array_push(core->protocols)) = protocol;
  };
  if (apr_is_empty_array(core->protocols)) add(AP_PROTOCOL_HTTP1);
  add(kProtocol);
}

}  // namespace

void allow_tls_alpn(server_rec* main) {
  for (server_rec* server = main; server; server = server->next) {
    if (speaks_tls(server)) allow(server, main->process->pconf);
  }
}

void register_tls_alpn_hooks() {
  static const char* const after_mod_ssl[] = {"mod_ssl.c", nullptr};
  APR_OPTIONAL_HOOK(ssl, pre_handshake, acme_pre_handshake, nullptr, nullptr, APR_HOOK_MIDDLE);
  APR_OPTIONAL_HOOK(ssl, answer_challenge, acme_answer_challenge, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_protocol_propose(acme_protocol_propose, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_protocol_switch(acme_protocol_switch, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_protocol_get(acme_protocol_get, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_process_connection(acme_process_connection, after_mod_ssl, nullptr, APR_HOOK_MIDDLE);
}

}  // namespace acme
