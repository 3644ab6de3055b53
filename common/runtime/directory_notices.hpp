// DirectoryNotices: tells people that no engine can live in the state directory, and that one can again.
//
// All else that is told is remembered in that directory (notice_desk.hpp); this cannot be, so each start of the server
// tells it anew, once it has lasted some minutes.
#pragma once

#include <memory>
#include <optional>

#include "common/base/join.hpp"
#include "common/runtime/engine_life.hpp"
#include "common/runtime/life_notices.hpp"

namespace acme {

class DirectoryNotices {
 public:
  explicit DirectoryNotices(const EngineTools& tools);

  /// A life could not begin.
  void failed(const Error& error);
  /// One has begun.
  void works();
  /// Ends when nothing is under way any more.
  Task<void> stop();

 private:
  void tell(Notice notice);

  EngineTools tools_;
  TaskGroup tasks_;
  Sending sending_;
  std::optional<UtcTime> since_;
  bool told_ = false;
  bool running_ = false;
};

}  // namespace acme
