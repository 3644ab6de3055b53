// DirectoryConfig: what the configuration says for one <Location>, <Directory> or the like, about the status page.
//
// httpd does not tell a handler in which <Location> it was set; but it gives SetHandler to each module that registers
// the name (host_config.hpp): so the section is known, and what follows its path too.
#pragma once

#include <string>

#include "common/runtime/status_access.hpp"
#include "mod_acme/httpd.hpp"

namespace acme {

struct DirectoryConfig {
  StatusAccess status = StatusAccess::none;  // AcmeStatus; none: not said
  bool handler_set = false;                  // SetHandler in this very section
  std::string location;                      // its <Location "/acme">; empty: another kind of section
};

DirectoryConfig& directory_config(const request_rec* request);

void* create_directory_config(apr_pool_t* pool, char* section) noexcept;
void* merge_directory_config(apr_pool_t* pool, void* outer, void* inner) noexcept;

/// SetHandler, heard.
const char* acme_hear_set_handler(cmd_parms* cmd, void* config, const char* raw) noexcept;
/// AcmeStatus open|local.
const char* acme_status_directive(cmd_parms* cmd, void* config, const char* raw) noexcept;

}  // namespace acme
