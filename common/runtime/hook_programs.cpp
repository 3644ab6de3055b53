#include "common/runtime/hook_programs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "common/base/operator_file.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

bool only_ours(const struct stat& facts) { return !others_may_change(facts.st_uid, facts.st_gid, facts.st_mode); }

/// Of the file itself, links followed.
std::optional<std::string> doubt_about(const std::string& program, bool run_as_root) {
  struct stat facts {};
  if (::stat(program.c_str(), &facts) != 0) return cat("cannot be run: ", std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) return "cannot be run: it is no file";
  if ((facts.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) return "cannot be run: it is not executable (chmod +x)";
  if (run_as_root && !only_ours(facts)) {
    return "is run as root, and others than root can change it (chown root, chmod go-w)";
  }
  return std::nullopt;
}

void add_doubt(std::vector<std::string>& doubts, const std::string& where, const std::string& program,
               bool run_as_root) {
  const auto doubt = doubt_about(program, run_as_root);
  if (doubt) doubts.push_back(cat(where, ": ", program, " ", *doubt));
}

}  // namespace

Status check_root_program(const std::string& program) {
  struct stat facts {};
  if (::stat(program.c_str(), &facts) != 0 || only_ours(facts)) return {};
  return Error{ErrorKind::permission, "is not run as root: others than root can change it",
               cat("run: chown root ", program, " && chmod go-w ", program)};
}

std::vector<std::string> doubts_about_programs(const std::vector<HookConfig>& hooks) {
  std::vector<std::string> doubts;
  for (const auto& hook : hooks) {
    add_doubt(doubts, hook.where, hook.argv.front(), hook.event == HookEvent::installed);
  }
  return doubts;
}

std::vector<std::string> doubts_about_programs(const Configuration& configuration) {
  std::vector<std::string> doubts = doubts_about_programs(configuration.hooks);
  for (const auto& [name, issuer] : configuration.issuers) {
    for (const auto& provider : issuer.dns_providers) {
      if (!provider.argv.empty()) add_doubt(doubts, provider.where, provider.argv.front(), false);
    }
  }
  for (const auto& notify : configuration.notify) {
    if (!notify.program.empty()) add_doubt(doubts, notify.where, notify.program, false);
  }
  return doubts;
}

}  // namespace acme
