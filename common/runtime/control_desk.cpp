#include "common/runtime/control_desk.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace acme {

namespace {

/// The owner of the state directory.
uid_t loader_of(const std::string& state_path) {
  struct stat facts {};
  return ::stat(state_path.c_str(), &facts) == 0 ? facts.st_uid : 0;
}

OperationTools operation_tools(const EngineTools& tools, Engine& engine, ChallengeBoard& board, DnsDesk& dns,
                               NoticeSender& notices) {
  OperationTools made;
  made.configuration = tools.setup->configuration;
  made.engine = &engine;
  made.scheduler = tools.scheduler;
  made.http = tools.http;
  made.keys = tools.keys;
  made.random = tools.random;
  made.log = tools.log;
  made.board = &board;
  made.dns = &dns.challenges();
  made.lookup = &dns.lookup();
  made.notices = &notices;
  made.state_path = tools.setup->state_path;
  made.server = tools.setup->user_agent;
  made.since = tools.scheduler->clock().now();
  return made;
}

}  // namespace

ControlDesk::ControlDesk(const EngineTools& tools, OperationTools for_operations, ControlListener listener)
    : operations_{std::move(for_operations)}, server_{std::move(listener), services_for(tools)} {}

ControlServer::Services ControlDesk::services_for(const EngineTools& tools) {
  ControlServer::Services services;
  services.scheduler = tools.scheduler;
  services.descriptors = tools.descriptors;
  services.log = tools.log;
  services.loader = loader_of(tools.setup->state_path);
  services.worker = ::geteuid();
  services.answer = [this](const ControlRequest& request, Conversation& conversation) {
    return operations_.answer(request, conversation);
  };
  return services;
}

Result<std::unique_ptr<ControlDesk>> ControlDesk::open(const EngineTools& tools, Engine& engine, ChallengeBoard& board,
                                                       DnsDesk& dns, NoticeSender& notices,
                                                       const Activation* activation, TlsProbe* tls,
                                                       int engine_directory) {
  auto listener = ControlListener::bind(engine_directory);
  if (!listener) return std::move(listener).error();
  OperationTools for_operations = operation_tools(tools, engine, board, dns, notices);
  for_operations.activation = activation;
  for_operations.tls = tls;
  return std::unique_ptr<ControlDesk>{new ControlDesk{tools, std::move(for_operations), *std::move(listener)}};
}

}  // namespace acme
