// EngineThread: the engine's one thread in the process that the server gives it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/secret.hpp"
#include "common/config/model.hpp"
#include "common/runtime/loaded_files.hpp"
#include "common/runtime/log_queue.hpp"

namespace acme {

/// What the process that the engine lives in does besides: a sandbox must leave it that.
struct FilesOfProcess {
  std::vector<std::string> logs;     // opened anew when the server is told to
  std::vector<std::string> folders;  // where it writes and removes files
  std::vector<std::string> read;     // by another name too, as long as it is the same file
};

/// How the engine reaches the server it lives in. Called on the engine's thread.
struct EngineHost {
  /// Asks the server's parent for a graceful reload; done when it was asked.
  std::function<Status()> request_reload;
  /// Why no reload may be asked for right now ("a second nginx master is running"); nullopt: none.
  std::function<std::optional<std::string>()> reload_hindrance;
  /// Called after lines were added to the log queue, from any thread: make the main thread call
  /// drain_log() soon. Must only do what is safe from another thread (write to an eventfd).
  std::function<void()> log_ready;
  /// nullopt: the process serves, too, and is not the engine's to confine.
  std::optional<FilesOfProcess> own_process;
};

struct EngineSetup {
  const Configuration* configuration = nullptr;  // borrowed, outlives the thread
  const LoadedFiles* loaded_files = nullptr;     // borrowed, too
  std::string state_path;
  std::string user_agent;
  std::string load_id;  // of the configuration load; the same when the engine is merely started again
  /// Processes of the load before, which may accept a CA's connection for a moment still, look for challenges elsewhere
  /// (the state directory changed) or nowhere (the module is new).
  bool others_answer = false;
  Secret secret;
  std::map<std::string, std::uint64_t> injected;  // certificate id -> version that the server loaded; 0: none
  EngineHost host;
};

class EngineThread {
 public:
  /// Starts the thread with all signals blocked. `log` is borrowed and outlives the thread.
  static Result<std::unique_ptr<EngineThread>> start(EngineSetup setup, LogQueue& log);
  /// Stops and joins, well under a second.
  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  bool running() const noexcept;

 private:
  struct State;
  explicit EngineThread(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace acme
