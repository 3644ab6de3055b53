// What a worker does for us while it serves: put the newest certificate into a handshake, and answer the
// CA's http-01 requests.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "ngx_acme/module.hpp"

namespace acme {

/// After ngx_http_ssl_module made its SSL_CTXs: gives each managed one a certificate callback. One that has
/// a callback of nginx's own (variables in ssl_certificate) is left alone.
void watch_handshakes(ngx_conf_t* cf, MainConf& main);

/// Answers live challenges before any redirect, rewrite, access rule or proxying, at every listener; then
/// acme_require_https.
ngx_int_t add_http01_handler(ngx_conf_t* cf);

}  // namespace acme
