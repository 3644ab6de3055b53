// BoundedLog: the engine's own lines in engine/log, for the operator whose server's log level hides
// notices. At most 1 MiB, then renamed to log.1 and begun anew. Failures are silent: a full disk
// must not stop the engine.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/log.hpp"
#include "common/base/time.hpp"
#include "common/base/unique_fd.hpp"

namespace acme {

class BoundedLog {
 public:
  /// `engine_directory` is borrowed and must outlive this object.
  BoundedLog(int engine_directory, const Clock& clock) : directory_{engine_directory}, clock_{clock} {}
  /// "2026-11-22T10:00:00Z notice line\n"
  void write(LogLevel level, const std::string& line);

 private:
  void open();

  int directory_;
  const Clock& clock_;
  UniqueFd file_;
  std::uint64_t size_ = 0;
  bool torn_ = false;  // its last line was cut: by a full disk, a death, a power cut
};

}  // namespace acme
