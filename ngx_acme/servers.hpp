// Which server blocks are managed, under which names, and where our certificate takes the place of
// `ssl_certificate`.
//
// Managed: an explicit acme_certificate in a server that listens with TLS; or an acme_certificate of the http
// block, for every TLS server without a certificate of its own. Both run before ngx_http_ssl_module merges
// its configuration, so the certificates given here are as good as written by the operator.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "ngx_acme/module.hpp"

namespace acme {

/// Fills draft.hosts and draft.has_port_80, draft.has_port_443, and ServerConf::host of each managed server.
/// ErrorKind::configuration: a certificate of its own beside an explicit acme_certificate.
Status collect_hosts(ngx_conf_t* cf, MainConf& main, Logger& log);

/// Hands the certificates of main.server to ngx_http_ssl_module, as "data:" PEM.
Status inject_certificates(ngx_conf_t* cf, const MainConf& main);

/// Every server block of the configuration.
inline ArrayView<ngx_http_core_srv_conf_t*> servers(ngx_conf_t* cf) {
  const auto* core =
      static_cast<ngx_http_core_main_conf_t*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  return elements<ngx_http_core_srv_conf_t*>(core->servers);
}

}  // namespace acme
