// uninterrupted(): a system call made again until no signal interrupts it.
#pragma once

#include <cerrno>

namespace acme {

/// `call` returns a negative number and sets errno when it fails.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace acme
