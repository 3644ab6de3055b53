#include "common/runtime/check_operations.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "common/base/challenge_type.hpp"
#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/client/challenge_choice.hpp"
#include "common/config/names.hpp"
#include "common/preflight/state_check.hpp"
#include "common/runtime/issuer_check.hpp"
#include "common/runtime/name_check.hpp"
#include "common/runtime/selection.hpp"

namespace acme {

namespace {

constexpr std::size_t kNamesAtOnce = 20;

void tell(Conversation& conversation, const std::vector<Finding>& findings) {
  for (const auto& finding : findings) conversation.say(finding);
}

bool is_tried(const std::vector<NameToCheck>& names, std::string_view type) {
  return std::any_of(names.begin(), names.end(), [&](const NameToCheck& wanted) {
    return std::find(wanted.types.begin(), wanted.types.end(), type) != wanted.types.end();
  });
}

Finding judge_listener(const ServerFacts& server, int port, const std::string& holder, bool alone) {
  const std::string check = cat("port-", port);
  const bool there = port == 80 ? server.has_port_80 : server.has_port_443;
  if (there) return {check, "", Severity::ok, cat("this server listens on port ", port)};
  const char* type = port == 80 ? "http-01" : "tls-alpn-01";
  return Finding{check, "", alone ? Severity::warning : Severity::note,
                 cat("this server does not listen on port ", port)}
      .because(holder.empty() ? cat("a CA asks there for ", type, ", unless something leads port ", port, " on to it")
                              : cat(holder, " holds it"))
      .mended_by(holder.empty() ? listen_fix(server.nginx, port)
                                : cat("stop it or move it to another port, and ", listen_fix(server.nginx, port)));
}

/// Each name once for each issuer, in the order of the certificates.
std::vector<NameToCheck> names_of(const OperationTools& tools, const std::vector<TendedCertificate*>& certificates) {
  std::vector<NameToCheck> names;
  std::set<std::pair<std::string, std::string>> seen;
  for (TendedCertificate* tended : certificates) {
    IssuerRuntime* issuer = tools.engine->issuer(tended->issuer().config().name);
    if (issuer == nullptr) continue;
    for (const auto& name : tended->config().names) {
      if (!seen.insert({issuer->config().name, name.value}).second) continue;
      const auto known = tended->proofs().find(name.value);
      const NameProof* proof = known == tended->proofs().end() ? nullptr : &known->second;
      NameToCheck wanted{name, types_to_try(tended->config().challenges, name, proof)};
      wanted.issuer = issuer;
      names.push_back(std::move(wanted));
    }
  }
  return names;
}

Task<void> check_issuers(const OperationTools& tools, std::vector<NameToCheck>& names, Conversation& conversation) {
  std::map<std::string, std::vector<std::string>> ca_names;
  for (auto& wanted : names) {
    if (wanted.issuer == nullptr || conversation.over()) continue;
    const std::string& name = wanted.issuer->config().name;
    if (ca_names.find(name) == ca_names.end()) {
      conversation.say(ControlProgress{LogLevel::info, cat("asking ", name)});
      auto checking = check_issuer(tools, *wanted.issuer);
      const auto findings = co_await std::move(checking);
      tell(conversation, findings);
      const bool answers = !findings.empty() && !is_failure(findings.front());
      ca_names[name];
      if (answers) {
        auto asking = wanted.issuer->ca_names();
        auto told = co_await std::move(asking);
        ca_names[name] = std::move(told);
      }
    }
    wanted.ca_names = ca_names[name];
  }
}

Task<void> check_in_turn(const OperationTools& tools, LookedFrom from, NameToCheck wanted, Semaphore& turn,
                         Conversation& conversation) {
  const Wake wake = co_await turn.acquire();
  if (wake != Wake::ready) co_return;
  const Permit permit{turn};
  if (conversation.over()) co_return;
  auto checking = check_name(tools, std::move(from), std::move(wanted));
  const auto findings = co_await std::move(checking);
  auto room = conversation.room();
  co_await std::move(room);
  tell(conversation, findings);
}

Task<void> check_names(const OperationTools& tools, LookedFrom from, std::vector<NameToCheck> names,
                       Conversation& conversation) {
  Semaphore turn{*tools.scheduler, kNamesAtOnce};
  std::vector<Task<void>> tasks;
  for (auto& wanted : names) tasks.push_back(check_in_turn(tools, from, std::move(wanted), turn, conversation));
  auto all = join_all(*tools.scheduler, std::move(tasks));
  co_await std::move(all);
}

/// A name that no certificate has.
std::optional<NameToCheck> unmanaged(const std::string& name, Conversation& conversation) {
  const auto parsed = parse_name(name);
  if (!parsed || parsed->wildcard()) return std::nullopt;
  conversation.say(Finding{"configuration", parsed->value, Severity::warning,
                           cat(parsed->value, " is in no certificate of the running configuration")}
                       .because("no virtual host that is managed has this name, or the server was not reloaded since")
                       .mended_by("acmectl config shows what it runs with; acmectl plan what a reload would change"));
  return NameToCheck{*parsed, {std::string{kHttp01}}};
}

}  // namespace

Task<ControlEnd> check(const OperationTools& tools, const ControlRequest& request, Conversation& conversation) {
  if (tools.lookup == nullptr) co_return control_failure(ControlFailure::failed, "nothing can be looked up here");
  Selection selection = select_certificates(*tools.engine, request.name);
  std::vector<NameToCheck> names = names_of(tools, selection.certificates);
  if (selection.problem) {
    const bool unknown = selection.problem->failure == ControlFailure::unknown_name;
    auto other = unknown ? unmanaged(request.name, conversation) : std::nullopt;
    if (!other) co_return *selection.problem;
    names.push_back(*std::move(other));
  }
  const ServerFacts server = server_facts(*tools.configuration, tools.server);
  LookedFrom from;
  from.server = &server;
  const std::string holder = server.has_port_80 ? "" : port_holder(80);
  from.port_80_holder = [holder] { return holder; };
  tell(conversation, judge_state(tools.state_path, directory_facts(tools.state_path)));
  if (is_tried(names, kHttp01)) conversation.say(judge_listener(server, 80, holder, true));
  if (is_tried(names, kTlsAlpn01)) {
    const std::string other = server.has_port_443 ? "" : port_holder(443);
    conversation.say(judge_listener(server, 443, other, !is_tried(names, kHttp01)));
  }
  const auto probe = LiveProbe::publish(*tools.board);
  if (!probe) co_return control_failure(probe.error());
  from.probe = &*probe;
  auto asking = check_issuers(tools, names, conversation);
  co_await std::move(asking);
  auto looking = check_names(tools, from, std::move(names), conversation);
  co_await std::move(looking);
  if (conversation.stopping()) co_return control_failure(ControlFailure::stopping, "the engine is stopping");
  co_return ControlEnd{};
}

}  // namespace acme
