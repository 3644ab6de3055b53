#include "common/base/confinement.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

namespace {

// Of Landlock, by number: the headers of a distribution may be older than its kernel. The same on all architectures.
constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;
constexpr int kRulePathBeneath = 1;
/// Before it, nothing may be renamed from one directory into another.
constexpr long kLeastVersion = 2;
constexpr long kVersionWithTruncate = 3;

constexpr std::uint64_t bit(int number) { return std::uint64_t{1} << number; }
constexpr std::uint64_t kExecute = bit(0), kWriteFile = bit(1), kReadFile = bit(2), kTruncate = bit(14);
/// Of directories: removing and making of each kind, and from one into another.
constexpr std::uint64_t kChangeTree =
    bit(4) | bit(5) | bit(6) | bit(7) | bit(8) | bit(9) | bit(10) | bit(11) | bit(12) | bit(13);

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

class Rules {
 public:
  Rules() {
    const long version = ::syscall(kCreateRuleset, nullptr, std::size_t{0}, kAskVersion);
    if (version < kLeastVersion) {
      failed_ = version < 0 ? cat("no Landlock: ", std::strerror(errno)) : "the kernel's Landlock is too old";
      return;
    }
    write_file_ = kWriteFile | (version < kVersionWithTruncate ? 0 : kTruncate);
    const std::uint64_t handled = kExecute | kReadFile | write_file_ | kChangeTree;
    set_.reset(static_cast<int>(::syscall(kCreateRuleset, &handled, sizeof handled, 0U)));
    if (!set_) failed_ = cat("Landlock: ", std::strerror(errno));
  }

  void let_read(const std::string& path) { allow(path, kReadFile); }
  void let_write(const std::string& path) { allow(path, write_file_ | kChangeTree); }
  void let_rewrite(const std::string& path) { allow(path, write_file_); }

  /// Empty: in force.
  std::string enforce() {
    if (failed_.empty() && ::syscall(kRestrictSelf, set_.get(), 0U) != 0) {
      failed_ = cat("Landlock: ", std::strerror(errno));
    }
    return failed_;
  }

 private:
  void allow(const std::string& path, std::uint64_t rights) {
    if (!failed_.empty()) return;
    const UniqueFd parent{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    struct stat facts {};
    if (!parent || ::fstat(parent.get(), &facts) != 0) return;
    if (!S_ISDIR(facts.st_mode)) rights &= ~kChangeTree;
    const PathBeneath rule{rights, parent.get()};
    if (rights != 0 && ::syscall(kAddRule, set_.get(), kRulePathBeneath, &rule, 0U) != 0 && errno != EBADFD) {
      failed_ = cat("Landlock does not take ", path, ": ", std::strerror(errno));
    }
  }

  UniqueFd set_;
  std::uint64_t write_file_ = 0;
  std::string failed_;
};

std::string confine_files(const Confinement& confinement) {
  Rules rules;
  for (const auto& path : confinement.readable) rules.let_read(path);
  for (const auto& path : confinement.writable) rules.let_write(path);
  for (const auto& path : confinement.rewritten) rules.let_rewrite(path);
  return rules.enforce();
}

#if (defined(__x86_64__) && !defined(__ILP32__)) || (defined(__aarch64__) && !defined(__ILP32__))

#ifdef __x86_64__
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

/// From here on they belong to the ABI of x86_64 with 32-bit pointers; no other architecture has as many.
constexpr std::uint32_t kOtherAbi = 0x40000000;

constexpr std::uint32_t kRefused[] = {
    // Programs.
    SYS_execve, SYS_execveat,
// Other processes. LeakSanitizer looks at the threads of its own.
#ifndef __SANITIZE_ADDRESS__
    SYS_ptrace,
#endif
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, 438 /* pidfd_getfd */,
    // File systems and namespaces.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, 428 /* open_tree */,
    429 /* move_mount */, 430 /* fsopen */, 431 /* fsconfig */, 432 /* fsmount */, 433 /* fspick */,
    442 /* mount_setattr */, SYS_quotactl, SYS_open_by_handle_at,
    // Much attacked parts of the kernel that nothing here needs.
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, 425 /* io_uring_setup */, SYS_keyctl, SYS_add_key, SYS_request_key,
    SYS_personality, SYS_lookup_dcookie, SYS_nfsservctl,
#ifdef __x86_64__
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
    // The machine.
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_swapon,
    SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime, SYS_sethostname, SYS_setdomainname, SYS_vhangup};

constexpr sock_filter statement(int code, std::uint32_t value) {
  return {static_cast<std::uint16_t>(code), 0, 0, value};
}

/// Passes over the next statement unless the comparison holds.
constexpr sock_filter next_if(int comparison, std::uint32_t value) {
  return {static_cast<std::uint16_t>(BPF_JMP | BPF_K | comparison), 0, 1, value};
}

std::vector<sock_filter> filter_of_calls() {
  constexpr int kLoad = BPF_LD | BPF_W | BPF_ABS, kReturn = BPF_RET | BPF_K;
  const sock_filter refuse = statement(kReturn, SECCOMP_RET_ERRNO | EPERM);
  std::vector<sock_filter> filter{
      statement(kLoad, offsetof(seccomp_data, arch)),
      sock_filter{BPF_JMP | BPF_K | BPF_JEQ, 1, 0, kArchitecture},
      refuse,
      statement(kLoad, offsetof(seccomp_data, nr)),
      next_if(BPF_JGE, kOtherAbi),
      refuse,
  };
  for (const std::uint32_t number : kRefused) {
    filter.push_back(next_if(BPF_JEQ, number));
    filter.push_back(refuse);
  }
  filter.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
  return filter;
}

std::string confine_calls() {
  auto filter = filter_of_calls();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  // All threads, should there be others; else this one at least.
  for (const unsigned flags : {unsigned{SECCOMP_FILTER_FLAG_TSYNC}, 0U}) {
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) return "";
  }
  return cat("no seccomp: ", std::strerror(errno));
}

#else

std::string confine_calls() { return "no list of system calls for this architecture"; }

#endif

}  // namespace

ConfinementOutcome confine_process(const Confinement& confinement) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    const std::string failed = cat("no PR_SET_NO_NEW_PRIVS: ", std::strerror(errno));
    return {failed, failed};
  }
  ConfinementOutcome outcome;
  outcome.files = confine_files(confinement);
  outcome.system_calls = confine_calls();
  return outcome;
}

}  // namespace acme
