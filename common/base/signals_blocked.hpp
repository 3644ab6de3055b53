// SignalsBlocked: for starting a thread inside somebody else's server.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace acme {

/// Blocks all signals of the calling thread while it lives: a thread started meanwhile inherits that and takes none of
/// the server's.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace acme
