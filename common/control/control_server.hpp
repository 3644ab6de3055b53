// ControlServer: takes acmectl's connections, reads one request from each and hands it to the engine's operations.
//
// The kernel says who is connected. Root, and whoever loads the server's configuration, may do everything; the
// worker's uid may look; everybody else is refused. Clients are few at a time, have a time limit for their request, and
// none that is silent or slow holds anybody up.
#pragma once

#include <functional>
#include <list>

#include "common/base/descriptors.hpp"
#include "common/base/join.hpp"
#include "common/control/control_socket.hpp"
#include "common/control/conversation.hpp"

namespace acme {

class ControlServer {
 public:
  struct Services {
    Scheduler* scheduler = nullptr;
    Descriptors* descriptors = nullptr;
    Logger* log = nullptr;
    uid_t loader = 0;  // who loads the configuration
    uid_t worker = 0;
    /// Answers a request that the peer is allowed. Both outlive the task; the last it says is a ControlEnd.
    std::function<Task<void>(const ControlRequest&, Conversation&)> answer;
  };

  ControlServer(ControlListener listener, Services services);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Until stop() or the scheduler's cancel_all(), and all clients are done with.
  Task<void> run();
  void stop();
  /// Commands under way that change something.
  std::size_t busy() const noexcept { return busy_; }

 private:
  struct Client;
  Task<void> serve(Client& client);
  Task<Result<ControlRequest>> read_request(const Client& client);
  Task<void> converse(Client& client);
  Status admit(const Client& client, const ControlRequest& request) const;
  bool may_change(uid_t uid) const { return uid == 0 || uid == services_.loader; }
  bool has_place_for(uid_t uid) const;
  void take(ControlListener::Client accepted);

  ControlListener listener_;
  Services services_;
  TaskGroup tasks_;
  std::list<Client> clients_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
};

}  // namespace acme
