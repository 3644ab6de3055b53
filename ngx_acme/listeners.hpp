// What the `listen` directives say: which server blocks are reached by TLS, and whether port 80 is served.
#pragma once

#include "ngx_acme/nginx.hpp"

#include <set>

namespace acme {

struct Listeners {
  std::set<const ngx_http_core_srv_conf_t*> with_tls;
  bool port_80 = false;  // in plain text
};

/// `ssl` in one server's `listen` holds for every server at that address, as in nginx.
Listeners find_listeners(ngx_conf_t* cf);

}  // namespace acme
