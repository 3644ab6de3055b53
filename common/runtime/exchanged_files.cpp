#include "common/runtime/exchanged_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

bool is_refused(const std::string& path) {
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  return !file && errno == EACCES;
}

}  // namespace

ExchangedFiles::Place ExchangedFiles::look(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return {path, 0, 0, false};
  return {path, facts.st_dev, facts.st_ino, S_ISDIR(facts.st_mode)};
}

ExchangedFiles::ExchangedFiles(const std::vector<std::string>& paths) {
  for (const auto& path : paths) places_.push_back(look(path));
}

std::optional<std::string> ExchangedFiles::foreign() const {
  for (const auto& before : places_) {
    const Place now = look(before.path);
    const bool same = now.device == before.device && now.number == before.number;
    if (!same && now.number != 0 && (now.is_folder || is_refused(now.path))) return now.path;
  }
  return std::nullopt;
}

}  // namespace acme
