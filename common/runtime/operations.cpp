#include "common/runtime/operations.hpp"

#include <unistd.h>

#include <set>

#include "common/base/text.hpp"
#include "common/runtime/account_operations.hpp"
#include "common/runtime/check_operations.hpp"
#include "common/runtime/control_rows.hpp"
#include "common/runtime/dry_run.hpp"
#include "common/runtime/live_names.hpp"
#include "common/runtime/notify_test.hpp"
#include "common/runtime/renewal_operations.hpp"
#include "common/runtime/revocation.hpp"
#include "common/runtime/selection.hpp"

namespace acme {

Operations::Operations(OperationTools tools)
    : tools_{std::move(tools)},
      live_names_{live_folders(*tools_.configuration)},
      dry_run_turn_{*tools_.scheduler, 1},
      account_turn_{*tools_.scheduler, 1} {}

const std::string& Operations::live_name(const TendedCertificate& tended) const {
  return live_names_.at(tended.config().id);
}

Task<void> Operations::answer(const ControlRequest& request, Conversation& conversation) {
  auto task = carry_out(request, conversation);
  auto end = co_await std::move(task);
  conversation.say(std::move(end));
}

Task<ControlEnd> Operations::carry_out(const ControlRequest& request, Conversation& conversation) {
  switch (request.verb) {
    case ControlVerb::status: return status(request, conversation);
    case ControlVerb::config: return config(conversation);
    case ControlVerb::account_show: return show_accounts(tools_, request, conversation);
    case ControlVerb::renew:
      return request.dry_run ? dry_runs(request, conversation) : renew_now(tools_, request, conversation);
    case ControlVerb::revoke: return revoke(tools_, request, conversation);
    case ControlVerb::account_rollover: return roll_over(tools_, request, conversation, account_turn_);
    case ControlVerb::account_deactivate: return deactivate(tools_, request, conversation, account_turn_);
    case ControlVerb::export_pem: return export_pem(request, conversation);
    case ControlVerb::notify_test: return notify_test(tools_, conversation);
    case ControlVerb::check: return check(tools_, request, conversation);
  }
  return status(request, conversation);
}

Task<ControlEnd> Operations::status(const ControlRequest& request, Conversation& conversation) {
  Selection selection = select_certificates(*tools_.engine, request.name);
  if (selection.problem) co_return *selection.problem;
  EngineRow engine;
  engine.state_path = tools_.state_path;
  engine.server = tools_.server;
  engine.process = ::getpid();
  engine.since = tools_.since;
  conversation.say(engine);
  for (TendedCertificate* tended : selection.certificates) {
    auto room = conversation.room();
    co_await std::move(room);
    if (conversation.over()) break;
    const UtcTime now = tools_.scheduler->clock().now();
    CertificateRow row = certificate_row(*tended, cat(tools_.state_path, "/live/", live_name(*tended)), now);
    const Served* served = tools_.activation ? tools_.activation->of(row.id) : nullptr;
    if (served != nullptr && row.version > 0) {
      row.served = served->state;
      row.served_detail = served->detail;
    }
    conversation.say(row);
  }
  if (request.orphans && request.name.empty()) {
    auto task = show_orphans(conversation);
    co_await std::move(task);
  }
  co_return ControlEnd{};
}

/// What is stored in the directories of the configured issuers and no certificate of the configuration.
Task<void> Operations::show_orphans(Conversation& conversation) {
  std::set<std::string> told;
  for (const auto& config : tools_.configuration->certificates) told.insert(config.id);
  for (const auto& [name, config] : tools_.configuration->issuers) {
    IssuerRuntime* issuer = tools_.engine->issuer(name);
    const auto ids = issuer != nullptr ? issuer->store().certificate_ids() : std::vector<std::string>{};
    for (const auto& id : ids ? *ids : std::vector<std::string>{}) {
      if (conversation.over() || !told.insert(id).second) continue;
      auto room = conversation.room();
      co_await std::move(room);
      if (auto row = orphan_row(issuer->store(), id)) conversation.say(*std::move(row));
    }
  }
}

Task<ControlEnd> Operations::config(Conversation& conversation) {
  for (const auto& [name, issuer] : tools_.configuration->issuers) conversation.say(configured_row(issuer));
  for (const auto& certificate : tools_.configuration->certificates) {
    auto room = conversation.room();
    co_await std::move(room);
    conversation.say(configured_row(certificate));
  }
  co_return ControlEnd{};
}

Task<ControlEnd> Operations::export_pem(const ControlRequest& request, Conversation& conversation) {
  Selection selection = select_certificates(*tools_.engine, request.name);
  if (selection.problem) co_return *selection.problem;
  for (TendedCertificate* tended : selection.certificates) {
    auto stored = tended->store().load_certificate(tended->config().id);
    if (!stored) co_return control_failure(stored.error());
    if (!stored->has_value()) {
      co_return control_failure(ControlFailure::failed, cat(tended->config().first_name, " has no certificate yet"));
    }
    ExportedCertificate exported;
    exported.name = live_name(*tended);
    exported.fullchain_pem = (*stored)->fullchain_pem;
    exported.key_pem = std::move((*stored)->key_pem);
    conversation.say(std::move(exported));
  }
  co_return ControlEnd{};
}

Task<ControlEnd> Operations::dry_runs(const ControlRequest& request, Conversation& conversation) {
  Selection selection = select_certificates(*tools_.engine, request.name);
  if (selection.problem) co_return *selection.problem;
  const Wake wake = co_await dry_run_turn_.acquire();
  if (wake != Wake::ready) co_return control_failure(ControlFailure::stopping, "the engine is stopping");
  const Permit permit{dry_run_turn_};
  std::size_t failed = 0;
  Error first;
  for (TendedCertificate* tended : selection.certificates) {
    if (conversation.over()) break;
    const IssuerConfig& issuer = tools_.configuration->issuers.at(tended->config().issuer);
    auto task = dry_run(tools_, tended->config(), issuer, conversation);
    auto done = co_await std::move(task);
    if (done) continue;
    if (failed++ == 0) first = done.error();
    conversation.say(ControlProgress{LogLevel::error, cat(tended->config().first_name, ": ", describe(done.error()))});
  }
  if (conversation.stopping()) co_return control_failure(ControlFailure::stopping, "the engine is stopping");
  if (failed > 0) {
    co_return control_failure(
        ControlFailure::failed,
        cat("the dry run failed for ", failed, " of ", selection.certificates.size(), ": ", first.message), first.hint);
  }
  co_return ControlEnd{std::nullopt, "the dry run went well, nothing was kept", ""};
}

}  // namespace acme
