#include "tests/simulation/simulated_disk.hpp"

#include <cstdlib>

#include "tests/simulation/disk_kernel.hpp"

/// Most of the time of a sanitized run goes into remembering where each allocation came from.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "malloc_context_size=2"; }

namespace acme_test {

struct SimulatedDisk::Impl : DiskKernel {
  using DiskKernel::DiskKernel;
};

namespace {

DiskKernel* living = nullptr;

}  // namespace

DiskKernel* disk_kernel() { return living; }

const char* disk_call_name(DiskCall call) {
  constexpr const char* kNames[kDiskCalls] = {"open", "close",    "read",   "write", "sync",    "list",
                                              "look", "rename",   "unlink", "mkdir", "symlink", "readlink",
                                              "link", "truncate", "chmod",  "chown", "lock",    "duplicate"};
  return kNames[static_cast<std::size_t>(call)];
}

SimulatedDisk::SimulatedDisk(std::uint64_t seed, const acme::Clock& clock)
    : impl_{std::make_unique<Impl>(seed, clock)} {
  if (living != nullptr) std::abort();
  living = impl_.get();
}

SimulatedDisk::~SimulatedDisk() { living = nullptr; }

void SimulatedDisk::fail(Policy policy) { impl_->policy = std::move(policy); }

void SimulatedDisk::die_at(std::uint64_t nth) {
  auto& engine = impl_->processes[0];
  engine.dies_at = nth == 0 ? 0 : engine.calls + nth;
}

void SimulatedDisk::die(int process) { impl_->processes[process].dead = true; }

bool SimulatedDisk::dead(int process) const {
  const auto found = impl_->processes.find(process);
  return found != impl_->processes.end() && found->second.dead;
}

std::uint64_t SimulatedDisk::calls(int process) const {
  const auto found = impl_->processes.find(process);
  return found == impl_->processes.end() ? 0 : found->second.calls;
}

void SimulatedDisk::restart(int process) { impl_->end_process(process); }

void SimulatedDisk::power_cut(acme::Random& random) {
  for (auto& [number, process] : std::map{impl_->processes}) impl_->end_process(number);
  impl_->image.power_cut(random);
}

void SimulatedDisk::fill_up(std::size_t bytes_left) { impl_->limit = impl_->image.used() + bytes_left; }
void SimulatedDisk::make_room() { impl_->limit.reset(); }
void SimulatedDisk::read_only(bool on) { impl_->read_only = on; }

std::uint64_t SimulatedDisk::link_changes() const { return impl_->image.link_changes(); }

std::size_t SimulatedDisk::descriptors(int process) const { return impl_->descriptors_of(process); }
std::string SimulatedDisk::listing() const { return impl_->listing(); }

SimulatedProcess::SimulatedProcess(SimulatedDisk& disk, int process) : disk_{disk}, before_{disk.impl().process} {
  disk.impl().process = process;
}

SimulatedProcess::~SimulatedProcess() { disk_.impl().process = before_; }

}  // namespace acme_test
