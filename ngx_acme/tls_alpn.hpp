// tls-alpn-01 (RFC 8737): answered before nginx looks at a handshake, whatever the server blocks say.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "ngx_acme/module.hpp"

namespace acme {

/// After ngx_http_ssl_module made its SSL_CTXs: a client hello callback for each server block's, managed or not. nginx
/// begins every handshake with the SSL_CTX of the listener's default server, and which that is does not matter here.
void answer_tls_alpn(ngx_conf_t* cf, MainConf& main);

}  // namespace acme
