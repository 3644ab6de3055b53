#include "common/runtime/loaded_files.hpp"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "common/base/text.hpp"

namespace acme {

namespace {

/// Ends glob() where a directory cannot be read, and only there.
int stop_when_refused(const char* /*path*/, int error_number) noexcept { return error_number == EACCES ? 1 : 0; }

/// nullopt: a directory on the way cannot be read.
std::optional<std::vector<std::string>> matches_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> matches;
  const int result = ::glob(pattern.c_str(), 0, stop_when_refused, &found);
  if (result == 0) matches.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result == GLOB_ABORTED) return std::nullopt;
  return matches;
}

}  // namespace

LoadedFiles::Entry LoadedFiles::look_at(const std::string& path) {
  Entry entry;
  entry.path = path;
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return entry;
  entry.readable = true;
  entry.device = facts.st_dev;
  entry.inode = facts.st_ino;
  entry.size = facts.st_size;
  entry.modified_ns = static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
  return entry;
}

void LoadedFiles::add(const std::string& path, std::time_t load_started) {
  const auto same = [&](const Entry& entry) { return entry.path == path; };
  if (std::any_of(entries_.begin(), entries_.end(), same)) return;
  Entry entry = look_at(path);
  entry.modified_while_loading = entry.modified_ns / 1'000'000'000 > static_cast<std::int64_t>(load_started);
  entries_.push_back(std::move(entry));
}

void LoadedFiles::add_pattern(const std::string& glob_pattern) {
  const auto same = [&](const Pattern& pattern) { return pattern.pattern == glob_pattern; };
  if (std::any_of(patterns_.begin(), patterns_.end(), same)) return;
  patterns_.push_back({glob_pattern, matches_of(glob_pattern).value_or(std::vector<std::string>{})});
}

std::optional<std::string> LoadedFiles::changed() const {
  for (const auto& entry : entries_) {
    if (entry.modified_while_loading) return entry.path;
    const Entry now = look_at(entry.path);
    if (!now.readable && entry.readable && errno == EACCES)
      return cat(entry.path, " (not readable by the worker user) may have");
    const bool same = now.readable == entry.readable && now.device == entry.device && now.inode == entry.inode &&
                      now.size == entry.size && now.modified_ns == entry.modified_ns;
    if (!same) return entry.path;
  }
  for (const auto& pattern : patterns_) {
    const auto matches = matches_of(pattern.pattern);
    if (!matches) return cat("what matches ", pattern.pattern, " (not readable by the worker user) may have");
    if (*matches != pattern.matches) return cat("what matches ", pattern.pattern);
  }
  return std::nullopt;
}

}  // namespace acme
