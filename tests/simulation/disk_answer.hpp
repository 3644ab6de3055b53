// What the functions of disk_path_calls.cpp and disk_calls.cpp share: whose a call is, and its answer.
#pragma once

#include <cerrno>
#include <cstring>

#include "tests/simulation/disk_kernel.hpp"

namespace acme_test {

inline bool is_simulated(int descriptor) { return descriptor >= kFirstDescriptor; }

inline bool is_simulated(const char* path) {
  constexpr std::size_t kLength = sizeof kSimulatedRoot - 1;
  if (disk_kernel() == nullptr || std::strncmp(path, kSimulatedRoot, kLength) != 0) return false;
  return path[kLength] == '/' || path[kLength] == '\0';
}

inline bool is_simulated(int directory, const char* path) {
  return path[0] == '/' ? is_simulated(path) : is_simulated(directory);
}

/// The call's answer as the C library gives it.
template <class Call>
long answer(Call call) {
  DiskKernel* const kernel = disk_kernel();
  const long result = kernel != nullptr ? call(*kernel) : -EBADF;
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

template <class Call>
int number(Call call) {
  return static_cast<int>(answer(call));
}

}  // namespace acme_test
