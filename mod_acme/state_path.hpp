// Where the state directory may not be: checked with the configuration, before anything is made.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace acme {

/// A directory that httpd fills and empties by itself (CacheRoot).
struct CacheRoot {
  std::string path;
  std::string where;  // "file:line" of the directive
};

/// ErrorKind::configuration: `path` is a file, or lies in a cache (or a cache in it). A directory that is
/// missing or unreadable is none of this function's business: the server starts and says so.
Status check_state_path(const std::string& path, const std::vector<CacheRoot>& caches);

}  // namespace acme
