#include "tests/simulation/crash_trial.hpp"

#include <cerrno>
#include <optional>
#include <vector>

#include "tests/fakes/seeded_random.hpp"
// last: cmocka.h
#include "tests/check.hpp"

namespace acme_test {

struct CrashHistory {
  struct Step {
    std::uint64_t number = 0;
    DiskFault fault = DiskFault::none();
    bool lasting = false;  // the same at every later call of its kind
    // What becomes of the whole disk at this call, instead of a fault.
    bool read_only = false;
    std::optional<std::size_t> room;  // that is left
  };
  const std::function<std::unique_ptr<CrashTrial>()>& make;
  const CrashOptions& options;
  std::vector<DiskAccess> calls;  // of the operation without faults
  int count = 0;

  std::unique_ptr<CrashTrial> begin(std::uint64_t seed) const {
    auto trial = make();
    trial->disk_ = std::make_unique<SimulatedDisk>(seed, trial->clock_);
    trial->prepare();
    if (trial->disk_->descriptors() != 0) throw Failure{__FILE__, __LINE__, "prepare() left a descriptor open"};
    trial->disk_->restart();
    return trial;
  }

  static void settle(CrashTrial& trial) {
    trial.disk_->restart();
    trial.clock_.advance(std::chrono::minutes{11});
    trial.tidy();
    if (const auto text = trial.disk_->listing(); text.find("/tmp-") != std::string::npos) {
      throw Failure{__FILE__, __LINE__, "a temporary file stays:\n" + text};
    }
    if (!trial.operate()) throw Failure{__FILE__, __LINE__, "it fails for ever after:\n" + trial.disk_->listing()};
    trial.check(Ending::done);
  }

  /// No descriptor stays open.
  static bool operate(CrashTrial& trial) {
    const bool done = trial.operate();
    if (!trial.disk_->dead() && trial.disk_->descriptors() != 0) {
      throw Failure{__FILE__, __LINE__, "a descriptor stays open"};
    }
    return done;
  }

  void learn() {
    const auto trial = begin(0);
    trial->disk_->fail([&](const DiskAccess& access) {
      if (access.process == 0) calls.push_back(access);
      return DiskFault::none();
    });
    const bool done = operate(*trial);
    trial->disk_->fail({});
    if (!done) throw Failure{__FILE__, __LINE__, "it fails though nothing does:\n" + trial->disk_->listing()};
    trial->check(Ending::done);
    if (trial->recovers()) settle(*trial);
  }

  void with_fault(const Step& step) {
    ++count;
    const auto trial = begin(step.number);
    const DiskCall kind = calls[step.number - 1].call;
    SimulatedDisk& disk = *trial->disk_;
    disk.fail([&](const DiskAccess& access) {
      if (access.process != 0) return DiskFault::none();
      if (access.number == step.number && step.read_only) disk.read_only(true);
      if (access.number == step.number && step.room) disk.fill_up(*step.room);
      const bool later = step.lasting && access.number > step.number && access.call == kind;
      return access.number == step.number || later ? step.fault : DiskFault::none();
    });
    const bool done = operate(*trial);
    const bool died = disk.dead();
    disk.fail({});
    disk.read_only(false);
    disk.make_room();
    if (died) disk.restart();
    trial->check(died ? Ending::interrupted : done ? Ending::done : Ending::refused);
    if (trial->recovers()) settle(*trial);
  }

  /// Gone before this call; 0: after all.
  void with_death(std::uint64_t number, bool power_cut, std::uint64_t seed) {
    ++count;
    const auto trial = begin(seed);
    trial->disk_->die_at(number);
    (void)operate(*trial);
    const bool died = trial->disk_->dead();
    if (power_cut) {
      SeededRandom random{seed};
      trial->disk_->power_cut(random);
    } else {
      trial->disk_->restart();
    }
    const Ending after_success = power_cut && !options.durable ? Ending::forgotten : Ending::done;
    trial->check(died ? Ending::interrupted : after_success);
    if (trial->recovers() && seed % 1000 < 2) settle(*trial);
  }
};

namespace {

std::vector<CrashHistory::Step> steps_at(const DiskAccess& access) {
  std::vector<CrashHistory::Step> steps;
  const auto add = [&](DiskFault fault, bool lasting = false) {
    steps.push_back({access.number, fault, lasting, false, {}});
  };
  const auto leave = [&](std::size_t room) { steps.push_back({access.number, DiskFault::none(), false, false, room}); };
  const auto call = access.call;
  add(DiskFault::error(EIO));
  add(DiskFault::error(EIO), true);
  if (call == DiskCall::close) return steps;
  if (call == DiskCall::open) {
    add(DiskFault::error(EMFILE));
    add(DiskFault::error(EACCES));
  }
  const bool waits = call == DiskCall::open || call == DiskCall::read || call == DiskCall::write ||
                     call == DiskCall::sync || call == DiskCall::lock || call == DiskCall::truncate;
  if (waits) add(DiskFault::error(EINTR));
  // A disk may refuse a rename too when it is full; this one does not by itself.
  if (call == DiskCall::rename) add(DiskFault::error(ENOSPC), true);
  const bool makes = call == DiskCall::open || call == DiskCall::write || call == DiskCall::mkdir ||
                     call == DiskCall::symlink || call == DiskCall::link;
  if (makes) leave(0);
  if (call == DiskCall::write) leave(access.size / 2);
  const bool changes = makes || call == DiskCall::rename || call == DiskCall::unlink || call == DiskCall::truncate ||
                       call == DiskCall::chmod || call == DiskCall::chown;
  if (changes) steps.push_back({access.number, DiskFault::none(), false, true, {}});
  if (call == DiskCall::read || call == DiskCall::write) {
    for (const std::size_t bytes : {std::size_t{1}, access.size / 2, access.size - 1}) add(DiskFault::partial(bytes));
  }
  if (call == DiskCall::write) add(DiskFault::death(access.size / 2));
  return steps;
}

/// Adds to a Failure in which history it happened.
void named(const std::string& history, const std::function<void()>& run) {
  try {
    run();
  } catch (Failure& failure) {
    failure.text = history + ": " + failure.text;
    throw;
  }
}

std::string name_of(const CrashHistory::Step& step) {
  if (step.read_only) return "read-only from here on";
  if (step.room) return "room for " + std::to_string(*step.room) + " bytes";
  switch (step.fault.kind()) {
    case DiskFault::Kind::error:
      return (step.lasting ? "lasting errno " : "errno ") + std::to_string(step.fault.number());
    case DiskFault::Kind::partial: return "only " + std::to_string(step.fault.bytes()) + " bytes";
    default: return "death amid";
  }
}

}  // namespace

const char* ending_name(Ending ending) {
  constexpr const char* kNames[] = {"done", "refused", "interrupted", "forgotten"};
  return kNames[static_cast<std::size_t>(ending)];
}

int explore(const std::function<std::unique_ptr<CrashTrial>()>& make, const CrashOptions& options) {
  CrashHistory history{make, options, {}, 0};
  named("nothing fails", [&] { history.learn(); });
  // The callee's own list grows no more.
  auto calls = history.calls;
  if (calls.size() > options.last_calls)
    calls.erase(calls.begin(), calls.end() - static_cast<std::ptrdiff_t>(options.last_calls));
  for (const auto& access : calls) {
    const auto nth = access.number;
    const std::string place =
        " at call " + std::to_string(nth) + " (" + disk_call_name(access.call) + " " + access.path + ")";
    for (const auto& step : steps_at(access)) named(name_of(step) + place, [&] { history.with_fault(step); });
    named("death" + place, [&] { history.with_death(nth, false, nth * 1000); });
    // Before a flush most is at stake.
    const int cuts = options.power_cuts * (access.call == DiskCall::sync ? 5 : 1);
    for (int cut = 0; cut < cuts; ++cut) {
      const std::uint64_t seed = nth * 1000 + static_cast<std::uint64_t>(cut);
      named("power cut " + std::to_string(cut) + place, [&] { history.with_death(nth, true, seed); });
    }
  }
  for (int cut = 0; cut < 4 * options.power_cuts; ++cut) {
    const std::uint64_t seed = 1000000 + static_cast<std::uint64_t>(cut);
    named("power cut " + std::to_string(cut) + " after it", [&] { history.with_death(0, true, seed); });
  }
  return history.count;
}

void fail_each_call(SimulatedDisk& disk, int process, const std::function<DiskFault(const DiskAccess&)>& fault,
                    const std::function<void()>& look) {
  const SimulatedProcess scope{disk, process};
  bool reached = true;
  for (std::uint64_t nth = 1; reached; ++nth) {
    disk.restart(process);
    reached = false;
    disk.fail([&](const DiskAccess& access) {
      if (access.process != process || access.number != nth) return DiskFault::none();
      reached = true;
      return fault(access);
    });
    look();
  }
  disk.fail([](const DiskAccess&) { return DiskFault::none(); });
}

}  // namespace acme_test
