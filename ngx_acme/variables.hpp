// $acme_certificate and $acme_certificate_key, for configurations written for nginx's own module.
#pragma once

#include "ngx_acme/nginx.hpp"

namespace acme {

/// Preconfiguration. Their value is the managed server's certificate as of the configuration load ("data:"
/// PEM, the placeholder before issuance), or none in a server that is not managed.
ngx_int_t add_variables(ngx_conf_t* cf);

}  // namespace acme
