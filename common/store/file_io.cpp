#include "common/store/file_io.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "common/base/text.hpp"
#include "common/base/uninterrupted.hpp"
#include "common/protocol/advice_texts.hpp"

namespace acme {

namespace {

/// One or more plain components: no leading '/', none empty, none "." or "..".
bool stays_beneath(const std::string& relative) {
  for (const auto component : split(relative, '/')) {
    if (component.empty() || component == "." || component == "..") return false;
  }
  return relative.find('\0') == std::string::npos;
}

int open_beneath(int directory, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto fd = uninterrupted([&] { return ::syscall(SYS_openat2, directory, relative.c_str(), &how, sizeof how); });
  // EPERM: a container's system call filter that does not know openat2 says this instead of ENOSYS.
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return detail::open_by_component(directory, relative, flags);
  return static_cast<int>(fd);
}

Result<UniqueFd> open_checked(int directory, const std::string& relative, int flags) {
  if (!stays_beneath(relative)) return Error{ErrorKind::malformed, cat("not a plain relative path: ", relative)};
  UniqueFd fd{open_beneath(directory, relative, flags)};
  if (!fd) return system_error(cat("cannot open ", relative), errno);
  return fd;
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) return system_error("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status fill_file(int fd, std::string_view bytes, mode_t mode, Durability durability) {
  if (::fchmod(fd, mode) != 0) return system_error("fchmod", errno);
  if (auto written = write_all(fd, bytes); !written) return written;
  const bool synced = durability != Durability::durable || uninterrupted([&] { return ::fsync(fd); }) == 0;
  if (!synced) return system_error("fsync", errno);
  return {};
}

/// Its errors name the call that failed, and not the file.
Status make_file(int directory, const std::string& name, std::string_view bytes, mode_t mode, Durability durability) {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd fd{uninterrupted([&] { return ::openat(directory, name.c_str(), flags, mode); })};
  if (!fd) return system_error("open", errno);
  auto filled = fill_file(fd.get(), bytes, mode, durability);
  if (!filled) ::unlinkat(directory, name.c_str(), 0);
  return filled;
}

}  // namespace

namespace detail {

int open_by_component(int directory, const std::string& relative, int flags) noexcept {
  constexpr int kAlways = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  UniqueFd parent;
  std::size_t begin = 0;
  for (;;) {
    const auto end = relative.find('/', begin);
    std::array<char, 256> component{};
    const auto length = (end == std::string::npos ? relative.size() : end) - begin;
    if (length >= component.size()) return errno = ENAMETOOLONG, -1;
    relative.copy(component.data(), length, begin);
    const bool last = end == std::string::npos;
    const int at = parent ? parent.get() : directory;
    const int fd = ::openat(at, component.data(), (last ? flags : O_RDONLY | O_DIRECTORY) | kAlways);
    if (last || fd < 0) return fd;
    parent.reset(fd);
    begin = end + 1;
  }
}

}  // namespace detail

Error system_error(const std::string& what, int error_number) {
  std::string message = cat(what, ": ", std::generic_category().message(error_number));
  switch (error_number) {
    case ENOENT: return {ErrorKind::not_found, std::move(message)};
    case ENOTDIR: return {ErrorKind::malformed, std::move(message), "something else is in the place of a directory"};
    case EACCES:
    case EPERM: return {ErrorKind::permission, std::move(message), std::string{advice("disk-denied")}};
    case EROFS: return {ErrorKind::permission, std::move(message), std::string{advice("disk-read-only")}};
    case ENOSPC:
    case EDQUOT: return {ErrorKind::io, std::move(message), std::string{advice("disk-full")}};
    case ELOOP:
    case EXDEV: return {ErrorKind::malformed, std::move(message), "a symbolic link is not accepted here; remove it"};
    default: return {ErrorKind::io, std::move(message)};
  }
}

Result<UniqueFd> open_directory(const std::string& path) {
  UniqueFd fd{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  if (!fd) return system_error(cat("cannot open ", path), errno);
  return fd;
}

Result<UniqueFd> open_directory_at(int directory, const std::string& relative) {
  return open_checked(directory, relative, O_RDONLY | O_DIRECTORY);
}

Result<UniqueFd> open_file_at(int directory, const std::string& relative) {
  auto fd = open_checked(directory, relative, O_RDONLY);
  if (!fd) return fd;
  struct stat facts {};
  if (::fstat(fd->get(), &facts) != 0) return system_error(cat("cannot look at ", relative), errno);
  if (!S_ISREG(facts.st_mode)) return Error{ErrorKind::malformed, cat(relative, " is not a regular file")};
  return fd;
}

Result<std::string> read_file_at(int directory, const std::string& relative, std::size_t max_size) {
  auto fd = open_file_at(directory, relative);
  if (!fd) return std::move(fd).error();
  struct stat facts {};
  if (::fstat(fd->get(), &facts) != 0) return system_error(cat("cannot read ", relative), errno);
  std::string bytes;
  bytes.resize(std::min(max_size, static_cast<std::size_t>(facts.st_size)) + 1);
  for (std::size_t filled = 0;;) {
    const auto got = uninterrupted([&] { return ::read(fd->get(), bytes.data() + filled, bytes.size() - filled); });
    if (got < 0) return system_error(cat("cannot read ", relative), errno);
    filled += static_cast<std::size_t>(got);
    if (filled > max_size) return Error{ErrorKind::malformed, cat(relative, " is longer than ", max_size, " bytes")};
    if (got == 0) return bytes.resize(filled), bytes;
    if (filled == bytes.size()) bytes.resize(std::min(max_size, filled * 2) + 1);
  }
}

Status create_file_at(int directory, const std::string& name, std::string_view bytes, mode_t mode,
                      Durability durability) {
  auto made = make_file(directory, name, bytes, mode, durability);
  if (!made) return std::move(made).error().with_context(cat("cannot make ", name));
  return {};
}

Status write_file_at(int directory, const std::string& name, std::string_view bytes, mode_t mode,
                     Durability durability) {
  const std::string temporary = temporary_name();
  auto made = make_file(directory, temporary, bytes, mode, durability);
  // Without the name that was drawn: the same failure reads the same each time, so that it can be told once.
  if (!made) return std::move(made).error().with_context(cat("cannot write ", name));
  if (::renameat(directory, temporary.c_str(), directory, name.c_str()) != 0) {
    const int error_number = errno;
    ::unlinkat(directory, temporary.c_str(), 0);
    return system_error(cat("cannot rename to ", name), error_number);
  }
  return durability == Durability::durable ? sync_directory(directory) : Status{};
}

Status swap_link_at(int directory, const std::string& target, const std::string& name) {
  const std::string temporary = temporary_name();
  if (::symlinkat(target.c_str(), directory, temporary.c_str()) != 0) {
    return system_error(cat("cannot make the link ", name), errno);
  }
  if (::renameat(directory, temporary.c_str(), directory, name.c_str()) != 0) {
    const int error_number = errno;
    ::unlinkat(directory, temporary.c_str(), 0);
    return system_error(cat("cannot swap the link ", name), error_number);
  }
  return sync_directory(directory);
}

Result<std::string> read_link_at(int directory, const std::string& name) {
  std::array<char, 256> text{};
  const auto length = ::readlinkat(directory, name.c_str(), text.data(), text.size());
  if (length < 0 && errno != ENOENT && errno != EINVAL) return system_error(cat("cannot read the link ", name), errno);
  if (length <= 0 || static_cast<std::size_t>(length) >= text.size()) return std::string{};
  return std::string{text.data(), static_cast<std::size_t>(length)};
}

Status sync_directory(int directory) {
  if (uninterrupted([&] { return ::fsync(directory); }) != 0) return system_error("fsync of a directory", errno);
  return {};
}

std::string temporary_name() {
  std::array<std::uint8_t, 8> random{};
  // Short or failing only before the kernel has any entropy; O_EXCL catches a repeated name.
  if (::getrandom(random.data(), random.size(), 0) < 0) random[0] = static_cast<std::uint8_t>(::getpid());
  return cat("tmp-", to_hex(random));
}

}  // namespace acme
