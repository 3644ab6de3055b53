// DiskKernel: the system calls of a SimulatedDisk. Each returns what the C function would, or the negative errno.
#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/disk_image.hpp"
#include "tests/simulation/simulated_disk.hpp"

namespace acme_test {

/// Descriptors from here on are simulated ones, whichever disk they were of.
inline constexpr int kFirstDescriptor = 1 << 28;
inline constexpr char kSimulatedRoot[] = "/simulated";

class DiskKernel {
 public:
  DiskKernel(std::uint64_t seed, const acme::Clock& clock) : clock_{clock}, chance_{seed} {}

  struct Process {
    bool dead = false;
    std::uint64_t calls = 0;
    std::uint64_t dies_at = 0;
  };
  struct OpenFile {
    DiskNodePtr node;
    std::string path;
    std::size_t place = 0;
    int flags = 0;
    int process = 0;
  };
  using OpenFilePtr = std::shared_ptr<OpenFile>;
  struct Stream {
    int descriptor = -1;
    std::size_t next = 0;
    std::vector<std::string> names;
    dirent entry{};
  };

  // What SimulatedDisk sets.
  SimulatedDisk::Policy policy;
  std::map<int, Process> processes;
  int process = 0;  // that opens by a path
  std::optional<std::size_t> limit;
  bool read_only = false;
  DiskImage image;

  void end_process(int number);
  std::size_t descriptors_of(int number) const;
  std::string listing() const;

  // The calls.
  long open(int directory, const char* path, int flags, mode_t mode, bool no_links);
  long close(int descriptor);
  long read(int descriptor, char* bytes, std::size_t size, std::optional<std::size_t> place);
  long write(int descriptor, const char* bytes, std::size_t size, std::optional<std::size_t> place);
  long sync(int descriptor);
  long look(int descriptor, struct stat& facts);
  long look_at(int directory, const char* path, int flags, struct stat* facts);
  long rename(int from, const char* old_path, int to, const char* path, unsigned flags);
  long unlink(int directory, const char* path, int flags);
  long mkdir(int directory, const char* path, mode_t mode);
  long symlink(const char* target, int directory, const char* path);
  long readlink(int directory, const char* path, char* text, std::size_t size);
  long link(int from, const char* old_path, int to, const char* path);
  long truncate(int descriptor, std::size_t size);
  long chmod(int descriptor, mode_t mode);
  long chown(int descriptor, uid_t owner, gid_t group);
  long lock(int descriptor, int operation);
  /// On `wanted`, or the next free one (-1).
  long duplicate(int descriptor, int wanted);
  Stream* open_stream(int descriptor, int& error);
  dirent* next_entry(Stream* stream, int& error);
  long close_stream(Stream* stream);
  bool has(const void* stream) const { return streams_.contains(static_cast<const Stream*>(stream)); }

  acme::UtcTime now() const { return clock_.now(); }
  acme::SteadyTime steady_now() const { return clock_.steady_now(); }
  void random_bytes(unsigned char* bytes, std::size_t size);

 private:
  struct Place {
    DiskNodePtr directory;
    std::string name;  // empty: `node` is the directory itself
    DiskNodePtr node;  // null: not there
    std::string path;
    int process = 0;
    int error = 0;
  };
  struct Verdict {
    int error = 0;
    std::size_t most = SIZE_MAX;
    bool dies = false;
  };

  Place base_of(int directory, const char* path) const;
  Place find(int directory, const char* path, bool follow, bool no_links) const;
  void walk(Place& place, std::string rest, bool follow, bool no_links) const;
  Verdict admit(DiskCall call, int number, const std::string& path, std::size_t size = 0);
  /// Admission, and whether the place was found; errno, 0: go on.
  int enter(DiskCall call, const Place& place);
  /// The same of a descriptor.
  int enter(DiskCall call, int descriptor, OpenFilePtr& file, std::size_t size = 0);
  /// Why no name can be made there now; 0: it can.
  int refusal(const Place& place) const;
  bool has_room(std::size_t more) const { return !limit || image.used() + more <= *limit; }
  std::time_t seconds() const { return clock_.now().time_since_epoch().count(); }
  long add_descriptor(OpenFilePtr file);
  static void describe(const DiskNode& node, struct stat& facts);

  const acme::Clock& clock_;
  std::mt19937_64 chance_;
  std::map<int, OpenFilePtr> descriptors_;
  std::map<std::uint64_t, std::weak_ptr<OpenFile>> locks_;
  std::map<const Stream*, std::unique_ptr<Stream>> streams_;
};

/// Of the disk that lives; null: none does.
DiskKernel* disk_kernel();

}  // namespace acme_test
