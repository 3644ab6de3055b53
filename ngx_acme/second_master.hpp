// Is a binary upgrade (SIGUSR2) under way? Then two nginx masters live, and a SIGHUP to the old one would
// only add workers of the old configuration.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace acme {

/// `master`: the one this process belongs to. `pid_file`, `old_pid_file`: as configured
/// ("/run/nginx.pid", "/run/nginx.pid.oldbin"). What speaks against a reload now; nullopt: nothing.
/// Reads only; a pid file that cannot be read is no hindrance.
std::optional<std::string> second_master(pid_t master, const std::string& pid_file, const std::string& old_pid_file);

}  // namespace acme
