// Which virtual hosts are managed, and under which names.
//
// Managed is who speaks TLS, has an AcmeCertificate (its own or the main server's, not `off`) and no
// certificate of its own. A certificate inherited from the main server counts as its own unless the
// virtual host has an AcmeCertificate of its own, which then wins.
#pragma once

#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "common/config/model.hpp"
#include "mod_acme/httpd.hpp"

namespace acme {

/// Fills Draft::hosts and ::has_port_80, ::has_port_443, and each HostConfig::host. Warnings go to `log`.
/// ErrorKind::configuration: an AcmeCertificate beside an SSLCertificateFile.
Result<Draft> draft_hosts(server_rec* main, Logger& log);

/// As mod_ssl decides: by SSLEngine, else on when a certificate is there and the listener is https.
bool speaks_tls(const server_rec* server);

}  // namespace acme
