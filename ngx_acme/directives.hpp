// The directives an operator writes in nginx.conf, as nginx's command table wants them. What the words
// mean is the business of common/config; here they only get file, line and context.
#pragma once

#include "ngx_acme/nginx.hpp"

namespace acme {

/// Ends in ngx_null_command. nginx only reads it.
extern ngx_command_t acme_commands[];

}  // namespace acme
