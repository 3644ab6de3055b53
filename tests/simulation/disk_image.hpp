// DiskImage: the files, directories and links of a SimulatedDisk, each as processes see it and as a power cut may
// leave it. Knows no descriptor, process or fault.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/random.hpp"

namespace acme_test {

struct DiskNode;
using DiskNodePtr = std::shared_ptr<DiskNode>;

/// A change of a file's bytes that fsync did not cover yet.
struct ByteChange {
  enum class State : std::uint8_t { dirty, synced, doomed };
  State state = State::dirty;
  bool cut = false;  // to `place` bytes
  std::size_t place = 0;
  std::string bytes;
};

struct DiskNode {
  std::uint64_t number = 0;
  mode_t mode = 0;  // with S_IFMT
  uid_t owner = 0;
  gid_t group = 0;
  std::time_t changed = 0;
  int links = 0;
  std::string bytes;  // of a file; the target of a link
  std::map<std::string, DiskNodePtr, std::less<>> entries;
  // What is safe:
  std::string safe_bytes;
  std::map<std::string, DiskNodePtr, std::less<>> safe_entries;
  std::deque<ByteChange> pending;
};

class DiskImage {
 public:
  DiskImage();
  ~DiskImage();
  DiskImage(const DiskImage&) = delete;
  DiskImage& operator=(const DiskImage&) = delete;

  const DiskNodePtr& root() const { return root_; }
  /// Bytes in use.
  std::size_t used() const { return used_; }
  /// Grows with each link that is made, moved or removed.
  std::uint64_t link_changes() const { return link_changes_; }

  DiskNodePtr make(mode_t mode, std::time_t now);
  /// `name` in `directory` becomes `node`; what it was before loses a link.
  void set(const DiskNodePtr& directory, const std::string& name, const DiskNodePtr& node, std::time_t now);
  void remove(const DiskNodePtr& directory, const std::string& name, std::time_t now);
  void rename(const DiskNodePtr& from, const std::string& old_name, const DiskNodePtr& to, const std::string& name,
              std::time_t now);

  void write(DiskNode& file, std::size_t place, std::string_view bytes, std::time_t now);
  void truncate(DiskNode& file, std::size_t size, std::time_t now);
  void sync(const DiskNodePtr& node);
  /// What would have been made safe by a sync that failed.
  static void doom(DiskNode& node);

  void power_cut(acme::Random& random);

 private:
  struct NameChange {
    DiskNodePtr directory;
    std::string name;
    DiskNodePtr node;           // null: gone
    DiskNodePtr old_directory;  // of a rename
    std::string old_name;
  };

  void record(NameChange change);
  static void apply(const NameChange& change);
  void unlink(const DiskNodePtr& node);
  void add_pending(DiskNode& file, ByteChange change);
  void settle(DiskNode& node, acme::Random& random);

  DiskNodePtr root_;
  std::deque<NameChange> names_;
  std::uint64_t numbers_ = 1;
  std::size_t used_ = 0;
  std::uint64_t link_changes_ = 0;
};

}  // namespace acme_test
