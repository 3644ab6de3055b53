#include "common/base/signal.hpp"

#include <csignal>

namespace acme {

bool signal_group(pid_t leader, int signal_number) noexcept {
  if (leader <= 1) return false;
  return ::kill(-leader, signal_number) == 0;
}

void default_signals() noexcept {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) ::sigaction(number, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace acme
