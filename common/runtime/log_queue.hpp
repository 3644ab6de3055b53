// LogQueue: lines from the engine's thread to the process's main thread, which alone may write the
// server's log (a log file may be reopened under any other thread). Bounded; says how many it lost.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "common/base/log.hpp"

namespace acme {

class LogQueue final : public Logger {
 public:
  /// `ready` is called after each line, on the writing thread.
  void on_line(std::function<void()> ready);
  void write(LogLevel level, const std::string& line) override;
  /// Main thread: hands over what was written since.
  void drain(Logger& log);

 private:
  static constexpr std::size_t kMaxLines = 10000;
  std::mutex mutex_;
  std::vector<std::pair<LogLevel, std::string>> lines_;
  std::size_t lost_ = 0;
  std::function<void()> ready_;
};

}  // namespace acme
