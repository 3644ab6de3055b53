// Where a virtual host accepts TLS connections: its own addresses, at the sockets that `Listen` opens.
#pragma once

#include "mod_acme/httpd.hpp"

#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// Each once, in no order. A wildcard is as `Listen` has it.
std::vector<TlsListener> tls_listeners_of(const server_rec* server);

}  // namespace acme
