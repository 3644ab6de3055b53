#include "common/base/operator_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kUsualMost = 64 * kKiB;
constexpr int kMostLinks = 40;
constexpr int kForReading = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

Error unreadable(const std::string& path, int error_number) {
  return {ErrorKind::configuration, cat("cannot read \"", path, "\": ", std::strerror(error_number))};
}

/// Opens a path link by link.
class Walk {
 public:
  explicit Walk(const std::string& path) : path_{path}, rest_{path} {}

  Result<UniqueFd> open() {
    begin();
    while (here_) {
      const std::string name = next_name();
      UniqueFd found{::openat(here_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
      struct stat facts {};
      if (!found || ::fstat(found.get(), &facts) != 0) break;
      if (S_ISLNK(facts.st_mode)) {
        if (auto followed = follow(found.get(), facts, name); !followed) return std::move(followed).error();
      } else if (rest_.empty()) {
        UniqueFd file{::openat(here_.get(), name.c_str(), kForReading | O_NOFOLLOW)};
        if (!file) break;
        return file;
      } else {
        here_ = std::move(found);
      }
    }
    return unreadable(path_, errno);
  }

 private:
  void begin() {
    const bool absolute = rest_.starts_with('/');
    if (absolute || !here_) here_.reset(::open(absolute ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  }

  /// The next component; "." for an empty path or one that ends in a slash.
  std::string next_name() {
    rest_.erase(0, std::min(rest_.find_first_not_of('/'), rest_.size()));
    const auto end = std::min(rest_.find('/'), rest_.size());
    std::string name = rest_.substr(0, end);
    rest_.erase(0, end);
    return name.empty() ? "." : name;
  }

  /// In a directory with the sticky bit only the owner of an entry exchanges it.
  Status follow(int link, const struct stat& facts, const std::string& name) {
    struct stat directory {};
    if (::fstat(here_.get(), &directory) != 0) return unreadable(path_, errno);
    constexpr mode_t kWriters = S_IWGRP | S_IWOTH;
    const bool sticky = (directory.st_mode & S_ISVTX) != 0;
    const mode_t mode = sticky ? directory.st_mode & ~kWriters : directory.st_mode;
    if (others_may_change(directory.st_uid, directory.st_gid, mode) || others_may_change(facts.st_uid, 0, 0)) {
      return Error{ErrorKind::configuration,
                   cat("others can change the symbolic link \"", name, "\" on the way to \"", path_, "\""),
                   "name the file itself"};
    }
    std::array<char, PATH_MAX> target{};
    const auto length = ::readlinkat(link, "", target.data(), target.size());
    if (length <= 0 || ++links_ > kMostLinks) return unreadable(path_, length <= 0 ? errno : ELOOP);
    rest_.insert(0, target.data(), static_cast<std::size_t>(length));
    begin();
    return {};
  }

  const std::string& path_;
  std::string rest_;
  UniqueFd here_;
  int links_ = 0;
};

Status check_keeping(const struct stat& facts, const std::string& path, bool secret) {
  const std::string quoted = cat("\"", path, "\"");
  if (others_may_change(facts.st_uid, 0, 0)) {
    const std::string owner = ::geteuid() == 0 ? "root" : cat(::geteuid());
    return Error{ErrorKind::configuration, cat(quoted, " belongs to another user (", facts.st_uid, ")"),
                 cat("run: chown ", owner, " ", path)};
  }
  const char* mode = secret ? "600 " : "go-w ";
  if (others_may_change(facts.st_uid, facts.st_gid, facts.st_mode)) {
    return Error{ErrorKind::configuration, cat("others may write to ", quoted), cat("run: chmod ", mode, path)};
  }
  if (secret && (facts.st_mode & S_IROTH) != 0) {
    return Error{ErrorKind::configuration, cat("everybody may read ", quoted), cat("run: chmod ", mode, path)};
  }
  return {};
}

Result<Secret> read_opened(int fd, const struct stat& facts, const std::string& path, std::size_t most) {
  if (!S_ISREG(facts.st_mode) || static_cast<std::size_t>(facts.st_size) > most) {
    return Error{ErrorKind::configuration, cat("\"", path, "\" is no regular file of at most ", most / kKiB, " KiB")};
  }
  Secret content{static_cast<std::size_t>(facts.st_size)};
  const ssize_t got = ::read(fd, content.data(), content.size());
  if (got != facts.st_size) return Error{ErrorKind::configuration, cat("cannot read \"", path, "\" whole")};
  return content;
}

Result<Secret> read_kept(const std::string& path, std::size_t most, bool secret) {
  auto fd = Walk{path}.open();
  if (!fd) return std::move(fd).error();
  struct stat facts {};
  if (::fstat(fd->get(), &facts) != 0) return unreadable(path, errno);
  // What is no file at all has modes of no meaning.
  if (S_ISREG(facts.st_mode)) {
    if (auto kept = check_keeping(facts, path, secret); !kept) return std::move(kept).error();
  }
  return read_opened(fd->get(), facts, path, most);
}

}  // namespace

bool others_may_change(uid_t owner, gid_t group, mode_t mode) noexcept {
  const bool own = owner == 0 || owner == ::geteuid();
  return !own || (mode & S_IWOTH) != 0 || ((mode & S_IWGRP) != 0 && group != 0);
}

Result<Secret> read_operator_file(const std::string& path) {
  const UniqueFd fd{::open(path.c_str(), kForReading)};
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0) return unreadable(path, errno);
  return read_opened(fd.get(), facts, path, kUsualMost);
}

Result<Secret> read_trusted_file(const std::string& path, std::size_t most) { return read_kept(path, most, false); }

Result<Secret> read_secret_file(const std::string& path) { return read_kept(path, kUsualMost, true); }

}  // namespace acme
