// CrashTrial: one operation of the store, tried with every fault at each of its system calls, on a disk that is full or
// read-only from each of them on, with a death before each, and with many power cuts after each; and what must be true
// whatever happened.
//
// Each history runs on a disk of its own: prepare() (nothing fails), operate() (with the fault), check() what is there,
// tidy() eleven minutes later, then operate() again without a fault, which must succeed, and check() again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tests/fakes/manual_clock.hpp"
#include "tests/simulation/simulated_disk.hpp"

namespace acme_test {

enum class Ending : std::uint8_t {
  done,         // it said that it succeeded
  refused,      // it said that it failed
  interrupted,  // the process or the machine was gone meanwhile
  forgotten     // it succeeded, without a promise about power cuts, and then one came
};
const char* ending_name(Ending ending);

class CrashTrial {
 public:
  virtual ~CrashTrial() = default;
  virtual void prepare() {}
  /// True: it said that it succeeded. Called anew in each life; must hold nothing of the disk afterwards.
  virtual bool operate() = 0;
  /// Throws a Failure (tests/check.hpp) when something is wrong with what is there.
  virtual void check(Ending ending) = 0;
  /// What a next life does at its start. No "tmp-" is left then.
  virtual void tidy() {}
  /// Whether it must succeed again once nothing fails, whatever happened before.
  virtual bool recovers() const { return true; }

  SimulatedDisk& disk() { return *disk_; }
  ManualClock& clock() { return clock_; }

 private:
  friend struct CrashHistory;
  ManualClock clock_;
  std::unique_ptr<SimulatedDisk> disk_;
};

struct CrashOptions {
  bool durable = true;                // what it says to have done survives a power cut
  int power_cuts = 6;                 // after each call
  std::size_t last_calls = SIZE_MAX;  // of the operation; those before them never fail
};

/// Throws a Failure that names the history: "EIO at call 7 (fsync /simulated/...): ...". Returns how many there were.
int explore(const std::function<std::unique_ptr<CrashTrial>()>& make, const CrashOptions& options = {});

/// `look` by `process`, begun anew each time, until it is through without a fault: its first call gets what `fault`
/// says of it, then its second, and so on.
void fail_each_call(SimulatedDisk& disk, int process, const std::function<DiskFault(const DiskAccess&)>& fault,
                    const std::function<void()>& look);

}  // namespace acme_test
