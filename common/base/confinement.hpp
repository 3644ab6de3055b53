// What the kernel refuses to this process from now on, whatever its user may do (Linux: Landlock and seccomp).
#pragma once

#include <string>
#include <vector>

namespace acme {

/// Paths that are not there, or not to be searched, are left out; what they lead to counts, not the name. Files that
/// are open already stay open.
struct Confinement {
  std::vector<std::string> readable;   // these and all beneath
  std::vector<std::string> writable;   // beneath these files are written, made, renamed and removed
  std::vector<std::string> rewritten;  // these and all beneath are written, and neither made nor removed
};

struct ConfinementOutcome {
  std::string files;         // why they are not confined; empty: they are
  std::string system_calls;  // the same of these
};

/// For ever, and for all threads and children to come; call it before there are other threads. Besides files: no
/// program is run, no other process looked into, no file system mounted, and the like. Listing a directory, asking for
/// the facts of a file, sockets and signals stay as they were. A kernel that has less confines less.
ConfinementOutcome confine_process(const Confinement& confinement);

}  // namespace acme
