#include "common/client/account_changes.hpp"

#include "common/base/text.hpp"
#include "common/protocol/jws.hpp"
#include "common/protocol/problem.hpp"

namespace acme {

namespace {

/// The CA has decided, and did not do it.
bool is_refusal(const Error& error) { return error.kind == ErrorKind::problem && error.http_status / 100 == 4; }

/// The operator's account at this issuer, usable.
Result<LoadedAccount> existing_account(const AccountContext& context) {
  auto loaded = load_account(context);
  if (!loaded) return std::move(loaded).error();
  if (!loaded->has_value() || (*loaded)->stored.url.empty()) {
    return Error{ErrorKind::configuration, cat("there is no account at ", context.issuer->name, " yet"),
                 "it is registered with the first certificate that is ordered there"};
  }
  return std::move(**loaded);
}

Status may_roll_over(const IssuerConfig& issuer, const Directory& directory) {
  if (!issuer.account_key_file.empty()) {
    return Error{ErrorKind::configuration,
                 cat("the account key of ", issuer.name, " is the operator's file ", issuer.account_key_file),
                 "name another key file in account_key: its account is used or made then"};
  }
  if (directory.key_change.empty()) {
    return Error{ErrorKind::configuration,
                 cat(issuer.name, " offers no change of an account's key (no keyChange in its directory)"),
                 "deactivate the account and begin with a new one, or ask the CA"};
  }
  return {};
}

Error refused_change(const IssuerConfig& issuer, Error error) {
  if (error.http_status == 409) {
    error.hint = "the CA knows the new key as another account's: do it again, with another new key";
  }
  return std::move(error).with_context("new account key for " + issuer.name);
}

/// The new key is the account's from now on.
Status adopt_next_key(const AccountContext& context, LoadedAccount& account, PrivateKey next) {
  account.stored.key_pem = std::move(account.stored.next_key_pem);
  account.stored.next_key_pem = Secret{};
  account.key = std::move(next);
  context.session->use_account(account.key, account.stored.url);
  auto saved = save_account(context, account.stored);
  if (saved) context.log->notice(cat("issuer ", context.issuer->name, ": the account has a new key"));
  return saved;
}

Status drop_next_key(const AccountContext& context, LoadedAccount& account) {
  account.stored.next_key_pem = Secret{};
  context.session->use_account(account.key, account.stored.url);
  return save_account(context, account.stored);
}

/// Sends keyChange for the key that is stored as the next one.
Task<Status> change_key(AccountContext context, LoadedAccount& account, PrivateKey next, std::string url) {
  auto payload = key_change_payload(account.key, next, account.stored.url, url);
  if (!payload) co_return std::move(payload).error();
  auto task = context.session->post_key_change(next, std::move(url), *std::move(payload));
  auto response = co_await std::move(task);
  if (response) co_return adopt_next_key(context, account, std::move(next));
  Error error = refused_change(*context.issuer, std::move(response).error());
  if (error.kind == ErrorKind::cancelled) co_return error;
  if (is_refusal(error)) {
    auto dropped = drop_next_key(context, account);
    if (!dropped) co_return dropped;
    co_return error;
  }
  // Whether it was done is not known.
  const Secret before = account.stored.key_pem.clone();
  auto settling = settle_key_change(context, account);
  auto settled = co_await std::move(settling);
  const bool changed = settled && account.stored.key_pem.view() != before.view();
  if (changed) co_return Status{};
  co_return error;
}

}  // namespace

Task<Status> settle_key_change(AccountContext context, LoadedAccount& account) {
  const std::string url = account.stored.url;
  auto asking = context.session->post_as(account.key, url, url, "");
  auto known = co_await std::move(asking);
  if (known) co_return drop_next_key(context, account);
  if (!is_refusal(known.error())) co_return std::move(known).error();
  auto next = PrivateKey::from_pem(account.stored.next_key_pem.view());
  if (!next) co_return std::move(next).error().with_context("next account key of " + context.issuer->name);
  auto asking_next = context.session->post_as(*next, url, url, "");
  auto next_known = co_await std::move(asking_next);
  if (next_known) co_return adopt_next_key(context, account, *std::move(next));
  if (!is_refusal(next_known.error())) co_return std::move(next_known).error();
  // It is not about the key: the account is unknown or deactivated, which whoever uses it will be told.
  const bool lost = known.error().problem_type == "accountDoesNotExist" || is_deactivation(known.error());
  if (lost) co_return drop_next_key(context, account);
  co_return std::move(known).error().with_context(
      cat(context.issuer->name, ": the CA knows the account by neither the old nor the new key"));
}

Task<Status> roll_over_key(AccountContext context) {
  auto existing = existing_account(context);
  if (!existing) co_return std::move(existing).error();
  auto ensuring = ensure_account(context);
  auto ensured = co_await std::move(ensuring);
  if (!ensured) co_return ensured;
  auto directory_task = context.session->directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  auto allowed = may_roll_over(*context.issuer, *directory);
  if (!allowed) co_return allowed;
  auto making = context.keys->make(context.issuer->account_key_type);
  auto next = co_await std::move(making);
  if (!next) co_return std::move(next).error();
  auto pem = next->to_pem();
  if (!pem) co_return std::move(pem).error();
  // As it is now: ensure_account may have changed it.
  auto account = existing_account(context);
  if (!account) co_return std::move(account).error();
  account->stored.next_key_pem = *std::move(pem);
  auto saved = save_account(context, account->stored);
  if (!saved) co_return saved;
  auto changing = change_key(context, *account, *std::move(next), directory->key_change);
  auto changed = co_await std::move(changing);
  co_return changed;
}

Task<Status> deactivate_account(AccountContext context) {
  auto account = existing_account(context);
  if (!account) co_return std::move(account).error();
  if (account->stored.deactivated) co_return Status{};
  context.session->use_account(account->key, account->stored.url);
  if (!account->stored.next_key_pem.empty()) {
    auto settling = settle_key_change(context, *account);
    auto settled = co_await std::move(settling);
    if (!settled) co_return settled;
  }
  auto task = context.session->post(account->stored.url, R"({"status":"deactivated"})");
  auto response = co_await std::move(task);
  const bool done_before = !response && is_deactivation(response.error());
  if (!response && !done_before) {
    co_return std::move(response).error().with_context("deactivation of the account at " + context.issuer->name);
  }
  if (response) {
    auto object = as_answer(parse_account(response->body, context.session->allow_http()));
    const bool taken = object && object->status != AccountStatus::valid;
    if (!object) co_return std::move(object).error().with_context("account at " + context.issuer->name);
    if (!taken) {
      co_return Error{ErrorKind::server_error,
                      cat(context.issuer->name, " did not deactivate the account, and says so")};
    }
  }
  account->stored.deactivated = true;
  auto saved = save_account(context, account->stored);
  if (!saved) co_return saved;
  context.log->notice(cat("issuer ", context.issuer->name, ": account deactivated, ", account->stored.url));
  co_return Status{};
}

}  // namespace acme
