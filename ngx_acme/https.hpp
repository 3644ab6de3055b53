// acme_require_https: plain HTTP requests of managed names are sent to https, answers over TLS carry HSTS.
//
// Whether a request came by TLS is decided by the connection alone, never by a header that a client can send.
#pragma once

#include "ngx_acme/nginx.hpp"

/// Only its header filter: a module of its own, so that it runs after `add_header` and what an application sent.
extern "C" ngx_module_t ngx_http_acme_headers_module;

namespace acme {

/// In the POST_READ phase, before any rewrite. NGX_DECLINED: not to be redirected.
ngx_int_t redirect_to_https(ngx_http_request_t* request);

}  // namespace acme
