// Certificates for mod_ssl: at configuration time what is stored or the placeholder, and in each
// handshake whatever became current since (CertificateSlot).
//
// ssl_add_cert_files, not the fallback hook beside it: with that one mod_ssl answers 503 until the
// next restart.
#pragma once

#include "mod_acme/httpd.hpp"

struct ssl_ctx_st;

namespace acme {

/// Hook of the core: names the certificate and key files of one virtual host.
int acme_add_cert_files(server_rec* server, apr_pool_t* pool, apr_array_header_t* certificates,
                        apr_array_header_t* keys) noexcept;

/// Optional hook of mod_ssl: the SSL_CTX of one virtual host is ready.
int acme_init_server(server_rec* server, apr_pool_t* pool, int is_proxy, ssl_ctx_st* context) noexcept;

/// Registers both.
void register_tls_hooks();

}  // namespace acme
