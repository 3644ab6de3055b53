// The handler acme-status, ACME_STATUS and ACME_EXPIRES in the environment of requests, and our section of
// server-status.
//
// A local client is one whose connection comes from this machine, and whom neither mod_remoteip nor a proxy's header
// calls somebody else. Access rules of the configuration (Require) were applied before, as for every handler.
#pragma once

namespace acme {

void register_status_hooks();

}  // namespace acme
