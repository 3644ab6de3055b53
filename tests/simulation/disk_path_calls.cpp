// Where the linker leads the C library calls on paths of a program with a SimulatedDisk (disk.mk: --wrap): here
// they are parted into those for the disk and those for the system.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <array>
#include <cstdarg>

#include "tests/simulation/disk_answer.hpp"

using acme_test::answer;
using acme_test::DiskKernel;
using acme_test::is_simulated;
using acme_test::number;

namespace {

long open2(const long* arguments) {
  open_how how{};
  std::memcpy(&how, reinterpret_cast<const void*>(arguments[2]), sizeof how);
  const auto* path = reinterpret_cast<const char*>(arguments[1]);
  return answer([&](DiskKernel& kernel) {
    return kernel.open(static_cast<int>(arguments[0]), path, static_cast<int>(how.flags), static_cast<mode_t>(how.mode),
                       true);
  });
}

mode_t mode_argument(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, unsigned)) : 0;
}

}  // namespace

extern "C" {

int __real_open(const char*, int, ...);
int __wrap_open(const char* path, int flags, ...);
int __wrap_open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  if (!is_simulated(path)) return __real_open(path, flags, mode);
  return number([&](DiskKernel& kernel) { return kernel.open(AT_FDCWD, path, flags, mode, false); });
}

int __real_openat(int, const char*, int, ...);
int __wrap_openat(int directory, const char* path, int flags, ...);
int __wrap_openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_argument(flags, arguments);
  va_end(arguments);
  if (!is_simulated(directory, path)) return __real_openat(directory, path, flags, mode);
  return number([&](DiskKernel& kernel) { return kernel.open(directory, path, flags, mode, false); });
}

int __wrap___openat_2(int directory, const char* path, int flags);
int __wrap___openat_2(int directory, const char* path, int flags) { return __wrap_openat(directory, path, flags, 0); }

long __real_syscall(long, ...);
long __wrap_syscall(long call, ...);
long __wrap_syscall(long call, ...) {
  std::array<long, 6> all{};
  va_list arguments;
  va_start(arguments, call);
  for (long& one : all) one = va_arg(arguments, long);
  va_end(arguments);
  if (call == SYS_openat2 && is_simulated(static_cast<int>(all[0]))) return open2(all.data());
  return __real_syscall(call, all[0], all[1], all[2], all[3], all[4], all[5]);
}

int __real_fstatat(int, const char*, struct stat*, int);
int __wrap_fstatat(int directory, const char* path, struct stat* facts, int flags);
int __wrap_fstatat(int directory, const char* path, struct stat* facts, int flags) {
  if (!is_simulated(directory, path)) return __real_fstatat(directory, path, facts, flags);
  return number([&](DiskKernel& kernel) { return kernel.look_at(directory, path, flags, facts); });
}

int __real_stat(const char*, struct stat*);
int __wrap_stat(const char* path, struct stat* facts);
int __wrap_stat(const char* path, struct stat* facts) {
  if (!is_simulated(path)) return __real_stat(path, facts);
  return number([&](DiskKernel& kernel) { return kernel.look_at(AT_FDCWD, path, 0, facts); });
}

int __real_lstat(const char*, struct stat*);
int __wrap_lstat(const char* path, struct stat* facts);
int __wrap_lstat(const char* path, struct stat* facts) {
  if (!is_simulated(path)) return __real_lstat(path, facts);
  return number([&](DiskKernel& kernel) { return kernel.look_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, facts); });
}

int __real_access(const char*, int);
int __wrap_access(const char* path, int mode);
int __wrap_access(const char* path, int mode) {
  if (!is_simulated(path)) return __real_access(path, mode);
  return number([&](DiskKernel& kernel) { return kernel.look_at(AT_FDCWD, path, 0, nullptr); });
}

int __real_renameat(int, const char*, int, const char*);
int __wrap_renameat(int from, const char* old_path, int to, const char* path);
int __wrap_renameat(int from, const char* old_path, int to, const char* path) {
  if (!is_simulated(from, old_path)) return __real_renameat(from, old_path, to, path);
  return number([&](DiskKernel& kernel) { return kernel.rename(from, old_path, to, path, 0); });
}

int __real_renameat2(int, const char*, int, const char*, unsigned);
int __wrap_renameat2(int from, const char* old_path, int to, const char* path, unsigned flags);
int __wrap_renameat2(int from, const char* old_path, int to, const char* path, unsigned flags) {
  if (!is_simulated(from, old_path)) return __real_renameat2(from, old_path, to, path, flags);
  return number([&](DiskKernel& kernel) { return kernel.rename(from, old_path, to, path, flags); });
}

int __real_unlinkat(int, const char*, int);
int __wrap_unlinkat(int directory, const char* path, int flags);
int __wrap_unlinkat(int directory, const char* path, int flags) {
  if (!is_simulated(directory, path)) return __real_unlinkat(directory, path, flags);
  return number([&](DiskKernel& kernel) { return kernel.unlink(directory, path, flags); });
}

int __real_mkdirat(int, const char*, mode_t);
int __wrap_mkdirat(int directory, const char* path, mode_t mode);
int __wrap_mkdirat(int directory, const char* path, mode_t mode) {
  if (!is_simulated(directory, path)) return __real_mkdirat(directory, path, mode);
  return number([&](DiskKernel& kernel) { return kernel.mkdir(directory, path, mode); });
}

int __real_mkdir(const char*, mode_t);
int __wrap_mkdir(const char* path, mode_t mode);
int __wrap_mkdir(const char* path, mode_t mode) {
  if (!is_simulated(path)) return __real_mkdir(path, mode);
  return number([&](DiskKernel& kernel) { return kernel.mkdir(AT_FDCWD, path, mode); });
}

int __real_symlinkat(const char*, int, const char*);
int __wrap_symlinkat(const char* target, int directory, const char* path);
int __wrap_symlinkat(const char* target, int directory, const char* path) {
  if (!is_simulated(directory, path)) return __real_symlinkat(target, directory, path);
  return number([&](DiskKernel& kernel) { return kernel.symlink(target, directory, path); });
}

ssize_t __real_readlinkat(int, const char*, char*, size_t);
ssize_t __wrap_readlinkat(int directory, const char* path, char* text, size_t size);
ssize_t __wrap_readlinkat(int directory, const char* path, char* text, size_t size) {
  if (!is_simulated(directory, path)) return __real_readlinkat(directory, path, text, size);
  return answer([&](DiskKernel& kernel) { return kernel.readlink(directory, path, text, size); });
}

int __real_linkat(int, const char*, int, const char*, int);
int __wrap_linkat(int from, const char* old_path, int to, const char* path, int flags);
int __wrap_linkat(int from, const char* old_path, int to, const char* path, int flags) {
  if (!is_simulated(from, old_path)) return __real_linkat(from, old_path, to, path, flags);
  return number([&](DiskKernel& kernel) { return kernel.link(from, old_path, to, path); });
}

int __real_fchownat(int, const char*, uid_t, gid_t, int);
int __wrap_fchownat(int directory, const char* path, uid_t owner, gid_t group, int flags);
int __wrap_fchownat(int directory, const char* path, uid_t owner, gid_t group, int flags) {
  if (!is_simulated(directory, path)) return __real_fchownat(directory, path, owner, group, flags);
  if ((flags & AT_EMPTY_PATH) == 0 || path[0] != '\0') return errno = ENOSYS, -1;
  return number([&](DiskKernel& kernel) { return kernel.chown(directory, owner, group); });
}

}  // extern "C"
