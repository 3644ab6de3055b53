// EngineLog: the engine's log. Every line goes to the server's own log by way of the queue, to the state directory's
// once it is open, and to whoever follows it meanwhile (acmectl). For the engine's thread.
#pragma once

#include <functional>
#include <list>

#include "common/base/log.hpp"
#include "common/store/bounded_log.hpp"

namespace acme {

class EngineLog final : public Logger {
  using Follower = std::function<void(LogLevel, const std::string&)>;

 public:
  explicit EngineLog(Logger& server) : server_{server} {}
  void also(BoundedLog* file) { file_ = file; }
  void write(LogLevel level, const std::string& line) override;

  /// Follows as long as it lives.
  class Following {
   public:
    Following(EngineLog& log, Follower follower);
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;
    ~Following();

   private:
    EngineLog& log_;
    std::list<Follower>::iterator place_;
  };
  /// `follower` is called with each line from now on; it writes no line itself.
  [[nodiscard]] Following follow(Follower follower) { return {*this, std::move(follower)}; }

 private:
  Logger& server_;
  BoundedLog* file_ = nullptr;
  std::list<Follower> followers_;
};

}  // namespace acme
