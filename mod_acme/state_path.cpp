#include "mod_acme/state_path.hpp"

#include <algorithm>
#include <filesystem>

#include "common/base/text.hpp"

namespace acme {

namespace {

namespace fs = std::filesystem;

/// Without symbolic links, dots and a slash at the end, as far as it can be looked at.
fs::path resolved(const std::string& text) {
  std::error_code failed;
  fs::path path = fs::weakly_canonical(text, failed);
  if (failed) path = fs::path{text}.lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

bool holds(const fs::path& outer, const fs::path& inner) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

}  // namespace

Status check_state_path(const std::string& path, const std::vector<CacheRoot>& caches) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (!failed && fs::exists(status) && !fs::is_directory(status)) {
    return Error{ErrorKind::configuration, cat("the state directory ", path, " is no directory"),
                 "name another one with AcmeStatePath, or move that file away"};
  }
  const fs::path state = resolved(path);
  for (const CacheRoot& cache : caches) {
    const fs::path root = resolved(cache.path);
    if (!holds(root, state) && !holds(state, root)) continue;
    return Error{ErrorKind::configuration,
                 cat("the state directory ", path, " shares its place with the cache ", cache.path, " (CacheRoot at ",
                     cache.where, ")"),
                 "a cache is emptied by itself: keep keys and certificates elsewhere, by AcmeStatePath"};
  }
  return {};
}

}  // namespace acme
