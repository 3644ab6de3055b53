// Conversation: one client of control.sock as a command sees it. What the command says is queued and written by
// the server (control_server.hpp) as fast as the client reads; a client that went away is simply no longer told.
#pragma once

#include <string>

#include "common/base/descriptors.hpp"
#include "common/base/sync.hpp"
#include "common/base/task.hpp"
#include "common/control/messages.hpp"

namespace acme {

class Conversation {
 public:
  explicit Conversation(Scheduler& scheduler) : scheduler_{scheduler}, changed_{scheduler} {}
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// A progress line is dropped when the client does not keep up.
  void say(const ControlAnswer& answer);
  /// Before each of many answers: ends when there is room for it (or nobody to tell it to).
  Task<void> room();
  /// Nobody listens any more, or the engine is ending: start nothing new.
  bool over() const noexcept { return gone_ || stopping_; }
  bool stopping() const noexcept { return stopping_ || scheduler_.cancelled(); }

  // The server's side.
  void stop();
  /// Writes what is said until end() and all is written, or the client is gone.
  Task<void> write_out(Descriptors& descriptors, int fd);
  /// Nothing more will be said.
  void end();

 private:
  void lost();

  Scheduler& scheduler_;
  Signal changed_;
  std::string unsent_;
  bool ended_ = false;
  bool gone_ = false;
  bool stopping_ = false;
};

}  // namespace acme
