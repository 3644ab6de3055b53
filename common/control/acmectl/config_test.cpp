#include "common/control/acmectl/config_test.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/base/signal.hpp"
#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "common/control/plan_report.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr int kLimitMs = 60000;
constexpr std::size_t kLargestServerFile = 64 * 1024;
constexpr std::size_t kLargestReport = 64 * 1024 * 1024;
constexpr int kReportDescriptor = 3;

Result<ServerTest> read_server_test(const std::string& state) {
  const std::string shown = cat(state, "/", kServerFile);
  auto directory = open_directory(state);
  if (!directory) return std::move(directory).error();
  auto file = open_file_at(directory->get(), kServerFile);
  if (!file && file.error().kind == ErrorKind::not_found) {
    return Error{ErrorKind::not_found, cat("no server has loaded a configuration for ", state), "start the server"};
  }
  if (!file && file.error().kind == ErrorKind::permission) {
    return Error{ErrorKind::permission, cat("no permission to read ", shown), "run acmectl as root"};
  }
  if (!file) return std::move(file).error();
  struct stat facts {};
  if (::fstat(file->get(), &facts) != 0) return system_error(shown, errno);
  const bool ours = facts.st_uid == 0 || facts.st_uid == ::geteuid();
  if (!ours || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error{ErrorKind::permission, cat(shown, " may be written by others: what it names is not run"),
                 "reload the server as root to have it written anew"};
  }
  auto text = read_file_at(directory->get(), kServerFile, kLargestServerFile);
  if (!text) return std::move(text).error();
  auto test = parse_server_test(*text);
  if (!test) return std::move(test).error().with_context(shown);
  return test;
}

std::string content_of(const UniqueFd& file, std::size_t longest) {
  std::string text;
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0 || facts.st_size <= 0) return text;
  text.resize(std::min(static_cast<std::size_t>(facts.st_size), longest));
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t length = ::pread(file.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (length <= 0) break;
    done += static_cast<std::size_t>(length);
  }
  text.resize(done);
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Its exit status; -1 for any other end. ErrorKind::io.
Result<int> run(ServerTest& test, const UniqueFd& report, const UniqueFd& output) {
  std::vector<std::string> environment = test.environment;
  environment.push_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  environment.push_back(cat(kPlanDescriptor, "=", kReportDescriptor));
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // First the number that others could be in the way of.
  posix_spawn_file_actions_adddup2(&actions, output.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, output.get(), 2);
  posix_spawn_file_actions_adddup2(&actions, report.get(), kReportDescriptor);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, kReportDescriptor + 1);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, test.argv.front().c_str(), &actions, &attributes, pointers(test.argv).data(),
                                   pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return Error{ErrorKind::io, cat("cannot run ", test.argv.front(), ": ", std::strerror(failed))};
  const UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  pollfd ended{process.get(), POLLIN, 0};
  if (process && ::poll(&ended, 1, kLimitMs) == 0) signal_group(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : trim(text)) line += c == '\n' ? ' ' : c;
  return cleaned(line, 1000);
}

}  // namespace

Result<std::vector<CertificateRow>> read_wanted_certificates(const std::string& state) {
  auto test = read_server_test(state);
  if (!test) return std::move(test).error();
  // Above the number that the child gets it by.
  const UniqueFd first{::memfd_create("acme plan", MFD_CLOEXEC)};
  const UniqueFd report{::fcntl(first.get(), F_DUPFD_CLOEXEC, kReportDescriptor + 1)};
  const UniqueFd second{::memfd_create("acme configuration test", MFD_CLOEXEC)};
  const UniqueFd output{::fcntl(second.get(), F_DUPFD_CLOEXEC, kReportDescriptor + 1)};
  if (!report || !output) return system_error("no memory file", errno);
  auto status = run(*test, report, output);
  if (!status) return std::move(status).error();
  const std::string said = one_line(content_of(output, 16 * 1024));
  if (*status != 0) {
    return Error{ErrorKind::configuration, cat(test->server, " refuses the configuration: ", said)};
  }
  auto rows = parse_plan_report(content_of(report, kLargestReport));
  if (!rows) return std::move(rows).error().with_hint(said);
  return rows;
}

}  // namespace acme
