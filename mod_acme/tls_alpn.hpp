// tls-alpn-01 (RFC 8737) within mod_ssl: its ALPN callback asks which protocol to speak, tells that it was switched to,
// and takes a certificate in place of the virtual host's. No `Protocols acme-tls/1` is needed for that.
#pragma once

#include "mod_acme/httpd.hpp"

namespace acme {

/// Once the configuration is read: httpd agrees only on protocols of this list, so acme-tls/1 joins it, last, in every
/// virtual host that speaks TLS. What other clients are offered stays the same.
void allow_tls_alpn(server_rec* main);

void register_tls_alpn_hooks();

}  // namespace acme
