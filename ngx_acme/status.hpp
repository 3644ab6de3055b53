// acme_status: the content handler of a location, and the variables $acme_status and $acme_expires.
//
// A local client is one whose connection comes from this machine, and whom neither realip nor the PROXY protocol nor
// a proxy's header calls somebody else. No path of the file system is ever looked at.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "common/runtime/status_access.hpp"

namespace acme {

struct LocationConf {
  StatusAccess status = StatusAccess::none;
};

/// The directive; `conf` is the LocationConf.
char* acme_status_directive(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

void* acme_create_loc_conf(ngx_conf_t* cf) noexcept;
/// An `if` or a limit_except in the location has a configuration of its own: the page is served there too.
char* acme_merge_loc_conf(ngx_conf_t* cf, void* parent, void* child) noexcept;

}  // namespace acme
