#include "common/base/signal.hpp"

#include <csignal>

namespace acme {

bool signal_group(pid_t leader, int signal_number) noexcept {
  if (leader <= 1) return false;
  return ::kill(-leader, signal_number) == 0;
}

}  // namespace acme
