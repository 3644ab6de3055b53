#include "ngx_acme/second_master.hpp"

#include <fstream>

#include "common/base/text.hpp"

namespace acme {

namespace {

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  if (!file || !std::getline(file, line)) return std::nullopt;
  return line;
}

pid_t pid_in(const std::string& path) {
  const auto line = first_line(path);
  const auto number = line ? parse_number(trim(*line)) : std::nullopt;
  return number && *number <= 0x7fffffff ? static_cast<pid_t>(*number) : 0;
}

/// The program's name as the kernel keeps it; readable for every user.
std::optional<std::string> program_of(pid_t pid) { return first_line(cat("/proc/", pid, "/comm")); }

}  // namespace

std::optional<std::string> second_master(pid_t master, const std::string& pid_file, const std::string& old_pid_file) {
  const pid_t old = pid_in(old_pid_file);
  // A file left behind after a crash may name a stranger's pid by now: only one of the same program counts.
  if (old > 0 && old != master) {
    const auto program = program_of(old);
    if (program && program == program_of(master)) return "a second nginx master is running (binary upgrade)";
  }
  const pid_t current = pid_in(pid_file);
  if (current > 0 && current != master && program_of(current)) return "another nginx master has taken over";
  if (old > 0 && old == master) return "a binary upgrade is under way";
  return std::nullopt;
}

}  // namespace acme
