// Operations: what the engine does when acmectl asks (control/messages.hpp has the verbs).
//
// Each answers over the conversation, line by line, and ends it with one ControlEnd. They change nothing behind the
// engine's back: a renewal is the engine's own order, sooner. One object for each life of the engine.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/control/conversation.hpp"
#include "common/runtime/activation.hpp"
#include "common/runtime/engine.hpp"
#include "common/runtime/engine_log.hpp"

namespace acme {

class NoticeSender;

class TlsProbe;

/// All borrowed.
struct OperationTools {
  const Configuration* configuration = nullptr;
  Engine* engine = nullptr;
  Scheduler* scheduler = nullptr;
  HttpClient* http = nullptr;
  KeyMaker* keys = nullptr;
  Random* random = nullptr;
  EngineLog* log = nullptr;
  ChallengeBoard* board = nullptr;
  DnsChallenges* dns = nullptr;  // may be absent, as the next
  DnsLookup* lookup = nullptr;
  NoticeSender* notices = nullptr;
  const Activation* activation = nullptr;  // may be absent, as the next
  TlsProbe* tls = nullptr;
  std::string state_path;
  std::string server;  // "ngx_acme/0.1 nginx/1.22.1"
  UtcTime since;       // the engine's beginning
};

class Operations {
 public:
  explicit Operations(OperationTools tools);

  /// Answers one request. `request` and `conversation` outlive the task, this object does, too.
  Task<void> answer(const ControlRequest& request, Conversation& conversation);

 private:
  Task<ControlEnd> carry_out(const ControlRequest& request, Conversation& conversation);
  Task<ControlEnd> status(const ControlRequest& request, Conversation& conversation);
  Task<ControlEnd> config(Conversation& conversation);
  Task<ControlEnd> export_pem(const ControlRequest& request, Conversation& conversation);
  Task<ControlEnd> dry_runs(const ControlRequest& request, Conversation& conversation);
  Task<void> show_orphans(Conversation& conversation);

  const std::string& live_name(const TendedCertificate& tended) const;

  OperationTools tools_;
  std::map<std::string, std::string> live_names_;  // by certificate id
  Semaphore dry_run_turn_;
  Semaphore account_turn_;
};

}  // namespace acme
