// How the files that directives name are read, and checked, while a configuration is loaded.
#pragma once

#include "common/base/operator_file.hpp"
#include "common/config/directives.hpp"
#include "common/crypto/trusted_roots.hpp"

namespace acme {

inline void give_files(DirectiveContext& context) {
  context.read_file = read_operator_file;
  context.check_roots = check_trusted_roots;
}

}  // namespace acme
