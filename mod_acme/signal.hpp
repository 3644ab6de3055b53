// The only place of this module that calls kill(): a wrong pid there ends every process of the machine.
#pragma once

#include <sys/types.h>

namespace acme {

/// False when `pid` is no process we could have started (0, 1, negative) or the call fails.
bool send_signal(pid_t pid, int signal_number) noexcept;

/// In a fresh child: every signal to its default; those of the server's own protocol with its
/// children (graceful, graceful stop) and a lost pipe ignored.
void reset_signals() noexcept;

}  // namespace acme
