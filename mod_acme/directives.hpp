// The directives this module adds to httpd, and those of others it listens to (host_config.hpp).
#pragma once

#include "mod_acme/httpd.hpp"

namespace acme {

/// For the module record. Made once per process: the words of an issuer come from the shared core.
const command_rec* directives() noexcept;

}  // namespace acme
