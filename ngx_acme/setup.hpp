// From nginx's configuration to a Server: done once the http block has been read, before
// ngx_http_ssl_module looks at its certificates.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "ngx_acme/module.hpp"

namespace acme {

/// Fills main.server (it stays empty when no word of ours was written) and gives the managed servers their
/// certificates. ErrorKind::configuration: the load is to be refused.
Status set_up_server(ngx_conf_t* cf, MainConf& main);

/// After all modules have told their paths: a state directory inside a proxy cache would be eaten by it.
Status check_state_path(const ngx_cycle_t* cycle, const std::string& state_path);

/// Who the workers are. Before nginx has read the whole configuration a `user` behind the http block
/// is not known yet.
WorkerIdentity worker_identity(const ngx_cycle_t* cycle);

}  // namespace acme
