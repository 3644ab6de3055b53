// <AcmeIssuer NAME> and the words inside it.
#pragma once

#include <vector>

#include "mod_acme/httpd.hpp"

namespace acme {

/// Its entries in httpd's table of directives.
void add_issuer_section(std::vector<command_rec>& table);

}  // namespace acme
