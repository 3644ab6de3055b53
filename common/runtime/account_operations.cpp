#include "common/runtime/account_operations.hpp"

#include "common/base/text.hpp"
#include "common/client/account.hpp"
#include "common/protocol/objects.hpp"
#include "common/runtime/control_rows.hpp"
#include "common/runtime/selection.hpp"

namespace acme {

namespace {

const char* status_word(AccountStatus status) {
  switch (status) {
    case AccountStatus::valid: return "valid";
    case AccountStatus::deactivated: return "deactivated";
    case AccountStatus::revoked: return "revoked";
  }
  return "";
}

/// What the CA says; an error is what there is to say, too.
Task<std::string> ask_status(IssuerRuntime& issuer, std::string url) {
  auto preparing = issuer.ensure_ready(std::nullopt);
  auto ready = co_await std::move(preparing);
  if (!ready.status) co_return cat("unknown: ", describe(ready.status.error()));
  auto asking = issuer.session().post(std::move(url), "");
  auto response = co_await std::move(asking);
  if (!response) co_return cat("unknown: ", describe(response.error()));
  auto account = parse_account(response->body, issuer.session().allow_http());
  if (!account) co_return cat("unknown: ", describe(account.error()));
  co_return std::string{status_word(account->status)};
}

Task<IssuerRow> account_row(IssuerRuntime& issuer) {
  IssuerRow row = configured_row(issuer.config());
  const auto slot = account_slot(issuer.config());
  const auto stored = slot ? issuer.store().load_account(*slot) : Result<std::optional<StoredAccount>>{slot.error()};
  if (!stored) {
    row.account_status = describe(stored.error());
    co_return row;
  }
  if (!stored->has_value()) co_return row;
  const StoredAccount& account = **stored;
  row.account_url = account.url;
  row.contact = account.contact;
  row.external_account_id = account.external_account_id;
  const auto key = PrivateKey::from_pem(account.key_pem.view());
  if (key) row.account_key = to_string(key->type());
  if (account.deactivated) {
    row.account_status = "deactivated";
  } else if (!account.url.empty()) {
    auto asking = ask_status(issuer, account.url);
    row.account_status = co_await std::move(asking);
    auto naming = issuer.ca_names();
    row.ca_names = co_await std::move(naming);
  }
  co_return row;
}

using AccountChange = Task<Status> (IssuerRuntime::*)();

Task<ControlEnd> change(const OperationTools& tools, const ControlRequest& request, Conversation& conversation,
                        Semaphore& turn, AccountChange how, const char* done) {
  auto selected = select_issuer(*tools.engine, *tools.configuration, request.issuer);
  if (selected.problem) co_return *selected.problem;
  IssuerRuntime& issuer = *selected.issuer;
  const Wake wake = co_await turn.acquire();
  if (wake != Wake::ready) co_return control_failure(ControlFailure::stopping, "the engine is stopping");
  const Permit permit{turn};
  if (!issuer.names_in_flight().empty()) {
    conversation.say(ControlProgress{LogLevel::notice, "waiting for the orders under way"});
  }
  auto changing = (issuer.*how)();
  auto changed = co_await std::move(changing);
  if (!changed) co_return control_failure(changed.error());
  ControlEnd end;
  end.message = cat("account at ", issuer.config().name, ": ", done);
  co_return end;
}

}  // namespace

Task<ControlEnd> show_accounts(const OperationTools& tools, const ControlRequest& request, Conversation& conversation) {
  std::vector<IssuerRuntime*> issuers;
  if (request.issuer.empty()) {
    for (const auto& [name, config] : tools.configuration->issuers) {
      if (IssuerRuntime* issuer = tools.engine->issuer(name)) issuers.push_back(issuer);
    }
  } else {
    auto selected = select_issuer(*tools.engine, *tools.configuration, request.issuer);
    if (selected.problem) co_return *selected.problem;
    issuers.push_back(selected.issuer);
  }
  for (IssuerRuntime* issuer : issuers) {
    if (conversation.over()) break;
    auto task = account_row(*issuer);
    auto row = co_await std::move(task);
    conversation.say(std::move(row));
  }
  co_return ControlEnd{};
}

Task<ControlEnd> roll_over(const OperationTools& tools, const ControlRequest& request, Conversation& conversation,
                           Semaphore& turn) {
  return change(tools, request, conversation, turn, &IssuerRuntime::change_account_key, "it has a new key");
}

Task<ControlEnd> deactivate(const OperationTools& tools, const ControlRequest& request, Conversation& conversation,
                            Semaphore& turn) {
  return change(tools, request, conversation, turn, &IssuerRuntime::end_account,
                "deactivated, nothing is ordered from it any more");
}

}  // namespace acme
