// Can the engine keep what it gets? Its state directory: writable, owned as it should be, with room.
#pragma once

#include <string>
#include <vector>

#include "common/report/finding.hpp"

namespace acme {

/// What the system says of a directory; pure values, so that the verdict is.
struct DirectoryFacts {
  bool there = false;
  bool is_directory = false;
  bool writable = false;  // its engine/, by this process
  unsigned owner = 0;
  unsigned mode = 0;
  bool has_space = false;  // the next three are known
  unsigned long long free_bytes = 0;
  unsigned long long free_inodes = 0;
  bool has_inodes = false;  // the file system counts them
};

DirectoryFacts directory_facts(const std::string& state_path);
std::vector<Finding> judge_state(const std::string& state_path, const DirectoryFacts& facts);

}  // namespace acme
