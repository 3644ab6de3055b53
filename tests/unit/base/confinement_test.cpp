#include "common/base/confinement.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>

#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr int kNotThere = 200;

/// What `attempt` says in a process that confined itself so: an errno, 0 when nothing was refused. kNotThere: this
/// kernel confines no such thing.
int confined(const Confinement& confinement, std::string ConfinementOutcome::*what,
             const std::function<int()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto outcome = confine_process(confinement);
    ::_exit((outcome.*what).empty() ? attempt() : kNotThere);
  }
  int status = 0;
  CHECK_EQ(::waitpid(child, &status, 0), child);
  CHECK(WIFEXITED(status));
  return WEXITSTATUS(status);
}

int opened(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  return fd < 0 ? errno : 0;
}

int said(long result) { return result < 0 ? errno : 0; }

void write_file(const std::string& path) { std::ofstream{path} << "x"; }

struct Folders {
  Folders() {
    for (const char* name : {"/read", "/write", "/rewrite", "/else"}) {
      ::mkdir((top.path() + name).c_str(), 0700);
      write_file(top.path() + name + "/file");
    }
  }
  Confinement confinement() const { return {{top / "read", "/nowhere"}, {top / "write"}, {top / "rewrite"}}; }
  std::string operator/(const std::string& name) const { return top / name; }
  TemporaryDirectory top;
};

struct Attempt {
  const char* name;
  std::function<int(const Folders&)> body;
  int expected;
};

int moved(const std::string& from, const std::string& to) { return said(::rename(from.c_str(), to.c_str())); }

}  // namespace

static void files_elsewhere_are_refused() {
  const Attempt attempts[] = {
      {"read", [](const Folders& at) { return opened(at / "read/file", O_RDONLY); }, 0},
      {"write what may be read", [](const Folders& at) { return opened(at / "read/file", O_WRONLY); }, EACCES},
      {"make what may be read", [](const Folders& at) { return opened(at / "read/new", O_WRONLY | O_CREAT); }, EACCES},
      {"write", [](const Folders& at) { return opened(at / "write/file", O_WRONLY | O_TRUNC); }, 0},
      {"make", [](const Folders& at) { return opened(at / "write/new", O_WRONLY | O_CREAT | O_EXCL); }, 0},
      {"read what may be written", [](const Folders& at) { return opened(at / "write/file", O_RDONLY); }, EACCES},
      {"make a folder", [](const Folders& at) { return said(::mkdir((at / "write/new").c_str(), 0700)); }, 0},
      {"rename", [](const Folders& at) { return moved(at / "write/file", at / "write/other"); }, 0},
      {"remove", [](const Folders& at) { return said(::unlink((at / "write/file").c_str())); }, 0},
      {"move away", [](const Folders& at) { return moved(at / "write/file", at / "else/other"); }, EACCES},
      {"rewrite", [](const Folders& at) { return opened(at / "rewrite/file", O_WRONLY | O_TRUNC); }, 0},
      {"make to rewrite", [](const Folders& at) { return opened(at / "rewrite/n", O_WRONLY | O_CREAT); }, EACCES},
      {"read elsewhere", [](const Folders& at) { return opened(at / "else/file", O_RDONLY); }, EACCES},
      {"write elsewhere", [](const Folders& at) { return opened(at / "else/file", O_WRONLY); }, EACCES},
      {"make elsewhere", [](const Folders& at) { return opened(at / "else/new", O_WRONLY | O_CREAT); }, EACCES},
      {"link elsewhere", [](const Folders& at) { return said(::symlink("/", (at / "else/new").c_str())); }, EACCES},
      {"remove elsewhere", [](const Folders& at) { return said(::unlink((at / "else/file").c_str())); }, EACCES},
      {"look elsewhere", [](const Folders& at) { return opened(at / "else", O_RDONLY | O_DIRECTORY); }, 0},
  };
  for (const auto& [name, body, expected] : attempts) {
    const Folders folders;
    const int got =
        confined(folders.confinement(), &ConfinementOutcome::files, [&, &run = body] { return run(folders); });
    if (got == kNotThere) {
      std::printf("no Landlock here: not tested\n");
      return;
    }
    CHECK_EQ(std::string{name} + ": " + std::to_string(got), std::string{name} + ": " + std::to_string(expected));
  }
}

static void an_open_file_stays_open() {
  const Folders folders;
  const int fd = ::open((folders / "else/file").c_str(), O_RDONLY | O_CLOEXEC);
  char byte = 0;
  const int got = confined(folders.confinement(), &ConfinementOutcome::files,
                           [&] { return ::read(fd, &byte, 1) == 1 ? 0 : errno; });
  ::close(fd);
  CHECK(got == 0 || got == kNotThere);
}

static void calls_that_nothing_needs_are_refused() {
  static char* const argv[] = {const_cast<char*>("/bin/true"), nullptr};
  static char* const none[] = {nullptr};
  static char byte = 0;
  static const iovec one{&byte, 1};
  const std::pair<const char*, std::function<int()>> attempts[] = {
      {"execve", [] { return said(::execve("/bin/true", argv, none)); }},
      {"process_vm_readv", [] { return said(::process_vm_readv(::getpid(), &one, 1, &one, 1, 0)); }},
#ifndef __SANITIZE_ADDRESS__
      {"ptrace", [] { return said(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
#endif
      {"unshare", [] { return said(::syscall(SYS_unshare, 0)); }},
      {"keyctl", [] { return said(::syscall(SYS_keyctl, 0, -3, 0)); }},
      {"io_uring_setup", [] { return said(::syscall(425, 0, nullptr)); }},
#ifdef __x86_64__
      {"another ABI", [] { return said(::syscall(0x40000000L + SYS_getpid)); }},
#endif
  };
  // Files are not confined: every path may be read, and /bin/true would be run.
  for (const auto& [name, body] : attempts) {
    const int got = confined({{"/"}, {"/"}, {}}, &ConfinementOutcome::system_calls, body);
    if (got == kNotThere) {
      std::printf("no seccomp here: not tested\n");
      return;
    }
    CHECK_EQ(std::string{name} + ": " + std::to_string(got), std::string{name} + ": " + std::to_string(EPERM));
  }
}

static void what_it_needs_goes_on() {
  const auto attempt = [] {
    if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 1;
    if (::syscall(SYS_getpid) != ::getpid()) return 2;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    return ::waitpid(child, nullptr, 0) == child ? 0 : 3;
  };
  const int got = confined({}, &ConfinementOutcome::system_calls, attempt);
  CHECK(got == 0 || got == kNotThere);
}

int main() {
  return run("confinement", {ACME_TEST(files_elsewhere_are_refused), ACME_TEST(an_open_file_stays_open),
                             ACME_TEST(calls_that_nothing_needs_are_refused), ACME_TEST(what_it_needs_goes_on)});
}
