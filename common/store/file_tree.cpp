// The part of file_io.hpp that is about directories as trees: making, listing, removing.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "common/base/handle.hpp"
#include "common/base/text.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

inline void close_directory(DIR* directory) noexcept { ::closedir(directory); }
using DirectoryStream = Handle<DIR, close_directory>;

constexpr std::time_t kStaleSeconds = 600;
constexpr int kMaxDepth = 32;

Status remove_tree(int parent, const std::string& name, int depth) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) return system_error(cat("cannot remove ", name), errno);
  if (depth == 0) return Error{ErrorKind::malformed, cat("cannot remove ", name, ": nested too deeply")};
  auto directory = open_directory_at(parent, name);
  if (!directory) return std::move(directory).error();
  const auto names = list_directory(directory->get());
  if (!names) return names.error();
  for (const auto& inner : *names) {
    if (auto removed = remove_tree(directory->get(), inner, depth - 1); !removed) return removed;
  }
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return {};
  return system_error(cat("cannot remove ", name), errno);
}

/// mkdir is subject to the umask; the descriptor is of the directory just made, or the open fails.
Status finish_directory(int directory, const std::string& name, mode_t mode, Durability durability) {
  auto made = open_directory_at(directory, name);
  if (!made) return std::move(made).error();
  if (::fchmod(made->get(), mode) != 0) return system_error(cat("cannot set the mode of ", name), errno);
  return durability == Durability::durable ? sync_directory(directory) : Status{};
}

}  // namespace

Status make_directory_at(int directory, const std::string& name, mode_t mode, Durability durability) {
  if (::mkdirat(directory, name.c_str(), mode) != 0) {
    if (errno != EEXIST) return system_error(cat("cannot make the directory ", name), errno);
    struct stat facts {};
    const bool there = ::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISDIR(facts.st_mode)) return {};
    return Error{ErrorKind::malformed, cat(name, " is in the way: it is not a directory"), "move it away"};
  }
  auto finished = finish_directory(directory, name, mode, durability);
  if (!finished) ::unlinkat(directory, name.c_str(), AT_REMOVEDIR);
  return finished;
}

Status remove_at(int directory, const std::string& name) { return remove_tree(directory, name, kMaxDepth); }

Status discard_at(int directory, const std::string& name) {
  const std::string temporary = temporary_name();
  if (::renameat(directory, name.c_str(), directory, temporary.c_str()) != 0) {
    return errno == ENOENT ? Status{} : system_error(cat("cannot remove ", name), errno);
  }
  // A power cut may keep what is removed below, and lose the new name.
  auto synced = sync_directory(directory);
  return synced ? remove_at(directory, temporary) : synced;
}

Result<std::vector<std::string>> list_directory(int directory) {
  // A descriptor of its own: a stream takes the one it is given, and moves its position.
  UniqueFd own{::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!own) return system_error("cannot list a directory", errno);
  const DirectoryStream stream{::fdopendir(own.get())};
  if (!stream) return system_error("cannot list a directory", errno);
  (void)own.release();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return system_error("cannot list a directory", errno);
    if (entry == nullptr) break;
    std::string name{&entry->d_name[0]};
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void remove_stale_temporaries(int directory) {
  const auto names = list_directory(directory);
  if (!names) return;
  const std::time_t now = ::time(nullptr);
  for (const auto& name : *names) {
    struct stat facts {};
    if (name.rfind("tmp-", 0) != 0) continue;
    if (::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
    // One of the future was made before the clock was set back.
    const std::time_t age = now - facts.st_mtime;
    if (age >= kStaleSeconds || age <= -kStaleSeconds) (void)remove_at(directory, name);
  }
}

}  // namespace acme
