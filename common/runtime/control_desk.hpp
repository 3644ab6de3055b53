// ControlDesk: where acmectl is answered while an engine lives: the socket in the state directory, and the operations.
#pragma once

#include <memory>

#include "common/control/control_server.hpp"
#include "common/runtime/dns_desk.hpp"
#include "common/runtime/engine_life.hpp"
#include "common/runtime/operations.hpp"

namespace acme {

class ControlDesk {
 public:
  /// `engine_directory` is borrowed; the caller holds its lock. ErrorKind::io, permission.
  static Result<std::unique_ptr<ControlDesk>> open(const EngineTools& tools, Engine& engine, ChallengeBoard& board,
                                                   DnsDesk& dns, NoticeSender& notices, const Activation* activation,
                                                   TlsProbe* tls, int engine_directory);

  /// Until stop() or the scheduler's cancel_all().
  Task<void> run() { return server_.run(); }
  void stop() { server_.stop(); }
  /// Commands under way that change something: a reload waits for their end.
  std::size_t busy() const noexcept { return server_.busy(); }

 private:
  ControlDesk(const EngineTools& tools, OperationTools for_operations, ControlListener listener);
  ControlServer::Services services_for(const EngineTools& tools);

  Operations operations_;
  ControlServer server_;
};

}  // namespace acme
