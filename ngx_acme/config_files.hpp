// All files a running nginx was configured from: nginx.conf, what it includes, and the loaded modules.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "common/runtime/loaded_files.hpp"

namespace acme {

/// Reads the configuration files of `cycle` again, for their includes. During its load only.
LoadedFiles scan_config_files(const ngx_cycle_t* cycle);

}  // namespace acme
