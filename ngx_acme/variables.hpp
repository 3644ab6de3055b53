// $acme_certificate and $acme_certificate_key, for configurations written for nginx's own module; $acme_status and
// $acme_expires, for logs and headers.
#pragma once

#include "ngx_acme/nginx.hpp"

namespace acme {

/// Preconfiguration. The first two are the managed server's certificate as of the configuration load ("data:" PEM, the
/// placeholder before issuance); $acme_status is how that server's certificates stand ("valid", "failing", ...; the
/// worst one), $acme_expires the end of the one that ends first ("2027-02-01T10:00:00Z"). All are empty in a server
/// that is not managed.
ngx_int_t add_variables(ngx_conf_t* cf);

}  // namespace acme
