// The only place of common/ that calls kill(): a wrong number there ends every process of the machine.
#pragma once

#include <sys/types.h>

namespace acme {

/// To all processes of the group that a child of ours leads, which has not been waited for (so that its number is
/// still its own). False when `leader` is no process we could have started (0, 1, negative) or the call fails.
bool signal_group(pid_t leader, int signal_number) noexcept;

/// In a fresh child: every signal at its default and none blocked.
void default_signals() noexcept;

}  // namespace acme
