#include "mod_acme/config_test.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "common/base/text.hpp"
#include "common/runtime/server_file.hpp"

namespace acme {

namespace {

constexpr auto kLimit = std::chrono::seconds{60};
constexpr std::size_t kShownOutput = 400;

/// A clean child: default signals, none blocked, no descriptor of ours, output to `output`.
Result<pid_t> spawn(const std::string& path, std::vector<std::string>& arguments, int output) {
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, path.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed) return Error{ErrorKind::io, cat("cannot run ", path, " -t: ", std::strerror(failed))};
  return pid;
}

}  // namespace

std::vector<std::string> config_test_arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments{argc > 0 ? argv[0] : "httpd"};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool dropped = argument.starts_with("-k") || argument.starts_with("-E");
    if (dropped) {
      if (argument.size() == 2) ++i;
      continue;
    }
    if (argument != "-X") arguments.emplace_back(argument);
  }
  arguments.emplace_back("-t");
  return arguments;
}

ConfigTest::ConfigTest(std::function<void(std::optional<std::string>)> done)
    : done_{std::move(done)}, child_{[this](int status) { ended(status); }} {}

Status ConfigTest::start(const server_rec* main, apr_pool_t* pool) {
  output_.reset(::memfd_create("acme configuration test", MFD_CLOEXEC));
  if (!output_) return Error{ErrorKind::io, cat("no memory file: ", std::strerror(errno))};
  auto arguments = config_test_arguments(main->process->argc, main->process->argv);
  auto pid = spawn(running_program(), arguments, output_.get());
  if (!pid) return std::move(pid).error();
  deadline_ = std::chrono::steady_clock::now() + kLimit;
  child_.watch(*pid, pool);
  return {};
}

void ConfigTest::check_time() {
  if (running() && std::chrono::steady_clock::now() > deadline_) child_.kill();
}

void ConfigTest::ended(int status) {
  std::string said(4096, '\0');
  const ssize_t length = ::pread(output_.get(), said.data(), said.size(), 0);
  said.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  output_.reset();
  if (status == 0) return done_(std::nullopt);
  std::string line;
  for (const char c : trim(said)) line += c == '\n' ? ' ' : c;
  done_(line.empty() ? cat("status ", status) : cleaned(line, kShownOutput));
}

}  // namespace acme
