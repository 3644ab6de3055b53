// How the files that directives name are read, and checked, while a configuration is loaded.
#pragma once

#include <cstdlib>

#include "common/base/operator_file.hpp"
#include "common/base/text.hpp"
#include "common/config/directives.hpp"
#include "common/crypto/trusted_roots.hpp"

namespace acme {

/// Copied at once: a server may change its environment later.
inline Result<Secret> read_environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value != nullptr) return Secret{std::string_view{value}};
  return Error{ErrorKind::configuration, cat("there is no environment variable ", cleaned(variable, 80)),
               "set it where the server is started (a test by hand needs it too), or use a file"};
}

inline void give_files(DirectiveContext& context) {
  context.read_file = read_secret_file;
  context.read_environment = read_environment;
  context.check_roots = check_trusted_roots;
}

}  // namespace acme
