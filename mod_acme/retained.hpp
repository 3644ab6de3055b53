// Retained: what outlives a configuration load in the parent process.
//
// A reload clears pconf and reads everything anew, but a new placeholder certificate would change the
// session-id context of every connection and end resumption. So the last Server stays until the next
// one is configured, kept in the process's own pool. Not in a global: the module's file may have been
// replaced meanwhile, and two generations of it are then loaded side by side.
#pragma once

#include <ctime>
#include <memory>

#include "common/runtime/server.hpp"

namespace acme {

class Retained {
 public:
  /// Made at first use.
  static Retained& get();

  /// The Server of the load before, when this very code made it; else nullptr.
  const Server* previous() const;
  /// Takes its place; the one before is destroyed.
  Server& replace(std::unique_ptr<Server> server);

  /// When the running load began to read its files: everything later is an edit.
  std::time_t load_started() const;
  void next_load_starts_now();

 private:
  // Plain data: created as zeroed memory, and read by whatever generation of the module comes next.
  const void* image_;
  Server* server_;
  std::time_t load_started_;
};

}  // namespace acme
