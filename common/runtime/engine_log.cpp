#include "common/runtime/engine_log.hpp"

namespace acme {

void EngineLog::write(LogLevel level, const std::string& line) {
  server_.write(level, line);
  if (file_ != nullptr && level != LogLevel::debug) file_->write(level, line);
  for (const auto& follower : followers_) follower(level, line);
}

EngineLog::Following::Following(EngineLog& log, Follower follower) : log_{log} {
  place_ = log_.followers_.insert(log_.followers_.end(), std::move(follower));
}

EngineLog::Following::~Following() { log_.followers_.erase(place_); }

}  // namespace acme
