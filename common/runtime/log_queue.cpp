#include "common/runtime/log_queue.hpp"

#include "common/base/text.hpp"

namespace acme {

void LogQueue::on_line(std::function<void()> ready) {
  const std::lock_guard lock{mutex_};
  ready_ = std::move(ready);
}

void LogQueue::write(LogLevel level, const std::string& line) {
  std::function<void()> ready;
  {
    const std::lock_guard lock{mutex_};
    if (lines_.size() < kMaxLines) {
      lines_.emplace_back(level, line);
    } else {
      ++lost_;
    }
    ready = ready_;
  }
  if (ready) ready();
}

void LogQueue::drain(Logger& log) {
  std::vector<std::pair<LogLevel, std::string>> lines;
  std::size_t lost = 0;
  {
    const std::lock_guard lock{mutex_};
    lines.swap(lines_);
    std::swap(lost, lost_);
  }
  for (const auto& [level, line] : lines) log.write(level, line);
  if (lost > 0)
    log.warn(cat(lost, " lines of the engine's log were lost here (they are in the state directory's log)"));
}

}  // namespace acme
