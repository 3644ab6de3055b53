// SimulatedDisk: a file system in memory under the real store code, for tests of what deaths, faults and power cuts
// leave behind.
//
// While one lives, the C library calls of this program (not those inside shared libraries) on paths beneath
// "/simulated" and on descriptors opened there are answered here; everything else goes to the system. The linker does
// it (--wrap, disk.mk). time(), clock_gettime(), std::chrono's clocks, getrandom() and RAND_bytes() answer from the
// given clock and seed meanwhile: the same seed is the same history, byte for byte.
//
// What is kept apart, as a kernel does: what a process sees, and what a power cut leaves. A file's bytes are safe after
// fsync of the file, its name after fsync of the directory. What was not synced may survive all, in part (torn at any
// byte, zeros where data never came), or not at all; names likewise, by a journal (the first n changes) or in any
// combination. A rename is atomic. A failed fsync loses the bytes for good: the next one says nothing of them.
//
// Several processes: everything is done by process 0 (the engine) unless a SimulatedProcess is in scope. A call on a
// descriptor is one of the process that opened it. Not for threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/random.hpp"
#include "common/base/time.hpp"

namespace acme_test {

enum class DiskCall : std::uint8_t {
  open,  // open, openat, openat2, fdopendir
  close,
  read,
  write,
  sync,
  list,  // readdir
  look,  // stat and its kin, access
  rename,
  unlink,
  mkdir,
  symlink,
  readlink,
  link,
  truncate,
  chmod,
  chown,
  lock,
  duplicate
};
inline constexpr int kDiskCalls = static_cast<int>(DiskCall::duplicate) + 1;
const char* disk_call_name(DiskCall call);

struct DiskAccess {
  DiskCall call = DiskCall::open;
  int process = 0;
  std::uint64_t number = 0;  // of this process's calls since it started, from 1
  std::string path;          // "/simulated/..." as it was opened
  std::size_t size = 0;      // asked for, of a read or write
};

/// What becomes of a call.
class DiskFault {
 public:
  enum class Kind : std::uint8_t { none, error, partial, death };

  static DiskFault none() { return {}; }
  /// It fails with this errno, without effect (close: closed all the same; fsync: the bytes are never safe).
  static DiskFault error(int number) { return {Kind::error, number, 0}; }
  /// A read or write of so many bytes only (at least 1).
  static DiskFault partial(std::size_t bytes) { return {Kind::partial, 0, bytes}; }
  /// The process is gone before the call; a write has got this far.
  static DiskFault death(std::size_t bytes = 0) { return {Kind::death, 0, bytes}; }

  Kind kind() const { return kind_; }
  int number() const { return number_; }
  std::size_t bytes() const { return bytes_; }

 private:
  DiskFault() = default;
  DiskFault(Kind kind, int number, std::size_t bytes) : kind_{kind}, number_{number}, bytes_{bytes} {}

  Kind kind_ = Kind::none;
  int number_ = 0;
  std::size_t bytes_ = 0;
};

class SimulatedDisk {
 public:
  /// Asked before each call of a living process. It may itself make calls, as another process (SimulatedProcess).
  using Policy = std::function<DiskFault(const DiskAccess&)>;

  /// One at a time. `clock` is borrowed. "/simulated" is there and empty.
  SimulatedDisk(std::uint64_t seed, const acme::Clock& clock);
  ~SimulatedDisk();
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;

  /// No policy: nothing fails.
  void fail(Policy policy);
  /// The engine is gone at its n-th call from now on (1: the next one): that call and all later ones fail with EIO and
  /// change nothing, until restart() or power_cut(). 0: at none.
  void die_at(std::uint64_t nth);
  void die(int process = 0);
  bool dead(int process = 0) const;
  /// Of this process since its start; those after its death do not count.
  std::uint64_t calls(int process = 0) const;

  /// The next life of a process: what was written is there, its descriptors and locks are gone.
  void restart(int process = 0);
  /// The next life of the machine: of all processes, and only what was synced is there for certain.
  void power_cut(acme::Random& random);

  /// So many bytes more fit, names cost 64; restart() and power_cut() do not change that.
  void fill_up(std::size_t bytes_left);
  void make_room();
  /// Every change fails with EROFS.
  void read_only(bool on);

  /// Grows with each link that is made, moved, removed or lost: then what is served may be another.
  std::uint64_t link_changes() const;

  /// Open descriptors of this process.
  std::size_t descriptors(int process = 0) const;
  /// All there is, one line each ("d 0755 /simulated/a", "f 0600 /simulated/a/b 12", "l /simulated/a/c -> b"), sorted:
  /// to be compared and shown.
  std::string listing() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// While in scope, what is opened is opened by this process (1 and up: those that serve), and faults are its own.
class SimulatedProcess {
 public:
  SimulatedProcess(SimulatedDisk& disk, int process);
  ~SimulatedProcess();
  SimulatedProcess(const SimulatedProcess&) = delete;
  SimulatedProcess& operator=(const SimulatedProcess&) = delete;

 private:
  SimulatedDisk& disk_;
  int before_;
};

}  // namespace acme_test
