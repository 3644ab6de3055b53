#include "mod_acme/signal.hpp"

#include <csignal>
#include <initializer_list>

namespace acme {

bool send_signal(pid_t pid, int signal_number) noexcept {
  if (pid <= 1) return false;
  return ::kill(pid, signal_number) == 0;
}

void reset_signals() noexcept {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) sigaction(number, &action, nullptr);
  }
  action.sa_handler = SIG_IGN;
  for (const int number : {SIGUSR1, SIGWINCH, SIGPIPE}) sigaction(number, &action, nullptr);
}

}  // namespace acme
