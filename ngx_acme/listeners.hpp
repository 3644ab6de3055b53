// What the `listen` directives say: which server blocks are reached by TLS, and whether ports 80 and 443 are served.
#pragma once

#include "ngx_acme/nginx.hpp"

#include <cstdint>
#include <map>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

struct Listeners {
  std::map<const ngx_http_core_srv_conf_t*, std::vector<std::uint16_t>> with_tls;     // and its TLS ports over TCP
  std::map<const ngx_http_core_srv_conf_t*, std::vector<TlsListener>> tls_addresses;  // of IP sockets over TCP
  bool port_80 = false;                                                               // in plain text
  bool port_443 = false;                                                              // with TLS over TCP
};

/// `ssl` in one server's `listen` holds for every server at that address, as in nginx.
Listeners find_listeners(ngx_conf_t* cf);

}  // namespace acme
