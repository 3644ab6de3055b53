// Where the linker leads the C library calls on descriptors of a program with a SimulatedDisk (disk.mk: --wrap): here
// they are parted into those for the disk and those for the system.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>
#include <cstdarg>

#include "tests/simulation/disk_answer.hpp"

using acme_test::answer;
using acme_test::DiskKernel;
using acme_test::is_simulated;
using acme_test::number;

extern "C" {

int __real_close(int);
int __wrap_close(int descriptor);
int __wrap_close(int descriptor) {
  if (!is_simulated(descriptor)) return __real_close(descriptor);
  return number([&](DiskKernel& kernel) { return kernel.close(descriptor); });
}

ssize_t __real_read(int, void*, size_t);
ssize_t __wrap_read(int descriptor, void* bytes, size_t size);
ssize_t __wrap_read(int descriptor, void* bytes, size_t size) {
  if (!is_simulated(descriptor)) return __real_read(descriptor, bytes, size);
  return answer([&](DiskKernel& kernel) { return kernel.read(descriptor, static_cast<char*>(bytes), size, {}); });
}

ssize_t __real_pread(int, void*, size_t, off_t);
ssize_t __wrap_pread(int descriptor, void* bytes, size_t size, off_t place);
ssize_t __wrap_pread(int descriptor, void* bytes, size_t size, off_t place) {
  if (!is_simulated(descriptor)) return __real_pread(descriptor, bytes, size, place);
  const auto from = static_cast<std::size_t>(place);
  return answer([&](DiskKernel& kernel) { return kernel.read(descriptor, static_cast<char*>(bytes), size, from); });
}

ssize_t __real_write(int, const void*, size_t);
ssize_t __wrap_write(int descriptor, const void* bytes, size_t size);
ssize_t __wrap_write(int descriptor, const void* bytes, size_t size) {
  if (!is_simulated(descriptor)) return __real_write(descriptor, bytes, size);
  return answer(
      [&](DiskKernel& kernel) { return kernel.write(descriptor, static_cast<const char*>(bytes), size, {}); });
}

ssize_t __real_pwrite(int, const void*, size_t, off_t);
ssize_t __wrap_pwrite(int descriptor, const void* bytes, size_t size, off_t place);
ssize_t __wrap_pwrite(int descriptor, const void* bytes, size_t size, off_t place) {
  if (!is_simulated(descriptor)) return __real_pwrite(descriptor, bytes, size, place);
  const auto from = static_cast<std::size_t>(place);
  return answer(
      [&](DiskKernel& kernel) { return kernel.write(descriptor, static_cast<const char*>(bytes), size, from); });
}

int __real_fsync(int);
int __wrap_fsync(int descriptor);
int __wrap_fsync(int descriptor) {
  if (!is_simulated(descriptor)) return __real_fsync(descriptor);
  return number([&](DiskKernel& kernel) { return kernel.sync(descriptor); });
}

int __real_fdatasync(int);
int __wrap_fdatasync(int descriptor);
int __wrap_fdatasync(int descriptor) {
  if (!is_simulated(descriptor)) return __real_fdatasync(descriptor);
  return number([&](DiskKernel& kernel) { return kernel.sync(descriptor); });
}

int __real_fstat(int, struct stat*);
int __wrap_fstat(int descriptor, struct stat* facts);
int __wrap_fstat(int descriptor, struct stat* facts) {
  if (!is_simulated(descriptor)) return __real_fstat(descriptor, facts);
  return number([&](DiskKernel& kernel) { return kernel.look(descriptor, *facts); });
}

int __real_fstatfs(int, struct statfs*);
int __wrap_fstatfs(int descriptor, struct statfs* facts);
int __wrap_fstatfs(int descriptor, struct statfs* facts) {
  if (!is_simulated(descriptor)) return __real_fstatfs(descriptor, facts);
  *facts = {};
  facts->f_type = 0xEF53;  // ext4
  return 0;
}

int __real_ftruncate(int, off_t);
int __wrap_ftruncate(int descriptor, off_t size);
int __wrap_ftruncate(int descriptor, off_t size) {
  if (!is_simulated(descriptor)) return __real_ftruncate(descriptor, size);
  return number([&](DiskKernel& kernel) { return kernel.truncate(descriptor, static_cast<std::size_t>(size)); });
}

int __real_fchmod(int, mode_t);
int __wrap_fchmod(int descriptor, mode_t mode);
int __wrap_fchmod(int descriptor, mode_t mode) {
  if (!is_simulated(descriptor)) return __real_fchmod(descriptor, mode);
  return number([&](DiskKernel& kernel) { return kernel.chmod(descriptor, mode); });
}

int __real_flock(int, int);
int __wrap_flock(int descriptor, int operation);
int __wrap_flock(int descriptor, int operation) {
  if (!is_simulated(descriptor)) return __real_flock(descriptor, operation);
  return number([&](DiskKernel& kernel) { return kernel.lock(descriptor, operation); });
}

int __real_dup3(int, int, int);
int __wrap_dup3(int descriptor, int wanted, int flags);
int __wrap_dup3(int descriptor, int wanted, int flags) {
  if (!is_simulated(descriptor)) return __real_dup3(descriptor, wanted, flags);
  return number([&](DiskKernel& kernel) { return kernel.duplicate(descriptor, wanted); });
}

int __real_fcntl(int, int, ...);
int __wrap_fcntl(int descriptor, int command, ...);
int __wrap_fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  if (!is_simulated(descriptor)) return __real_fcntl(descriptor, command, argument);
  if (command != F_DUPFD_CLOEXEC && command != F_DUPFD) return 0;
  return number([&](DiskKernel& kernel) { return kernel.duplicate(descriptor, -1); });
}

DIR* __real_fdopendir(int);
DIR* __wrap_fdopendir(int descriptor);
DIR* __wrap_fdopendir(int descriptor) {
  if (!is_simulated(descriptor)) return __real_fdopendir(descriptor);
  DiskKernel* const kernel = acme_test::disk_kernel();
  int error = EBADF;
  auto* const stream = kernel != nullptr ? kernel->open_stream(descriptor, error) : nullptr;
  if (stream == nullptr) errno = error;
  return reinterpret_cast<DIR*>(stream);
}

dirent* __real_readdir(DIR*);
dirent* __wrap_readdir(DIR* directory);
dirent* __wrap_readdir(DIR* directory) {
  DiskKernel* const kernel = acme_test::disk_kernel();
  if (kernel == nullptr || !kernel->has(directory)) return __real_readdir(directory);
  int error = 0;
  dirent* const entry = kernel->next_entry(reinterpret_cast<DiskKernel::Stream*>(directory), error);
  if (error != 0) errno = error;
  return entry;
}

int __real_closedir(DIR*);
int __wrap_closedir(DIR* directory);
int __wrap_closedir(DIR* directory) {
  DiskKernel* const known = acme_test::disk_kernel();
  if (known == nullptr || !known->has(directory)) return __real_closedir(directory);
  auto* const stream = reinterpret_cast<DiskKernel::Stream*>(directory);
  return number([&](DiskKernel& kernel) { return kernel.close_stream(stream); });
}

}  // extern "C"
