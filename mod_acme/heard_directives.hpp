// Directives of other modules that we listen to, to know what is ours.
#pragma once

#include <vector>

#include "mod_acme/httpd.hpp"

namespace acme {

/// Their entries in httpd's table of directives.
void add_heard_directives(std::vector<command_rec>& table);

}  // namespace acme
