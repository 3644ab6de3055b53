#include "common/client/account.hpp"

#include "common/base/text.hpp"
#include "common/client/account_changes.hpp"
#include "common/client/account_guard.hpp"
#include "common/client/loaded_account.hpp"
#include "common/protocol/advice_texts.hpp"
#include "common/protocol/jws.hpp"
#include "common/protocol/problem.hpp"

namespace acme {

namespace {

Task<Result<PrivateKey>> new_key(AccountContext context) {
  if (!context.issuer->account_key_pem.empty()) {
    auto given = PrivateKey::from_pem(context.issuer->account_key_pem.view());
    if (!given) co_return std::move(given).error().with_context(context.issuer->account_key_file);
    co_return given;
  }
  auto task = context.keys->make(context.issuer->account_key_type);
  auto made = co_await std::move(task);
  co_return made;
}

/// The stored account, or a new key stored before the CA hears of it.
Task<Result<LoadedAccount>> load_or_begin(AccountContext context) {
  auto loaded = load_account(context);
  if (!loaded) co_return std::move(loaded).error();
  if (loaded->has_value()) co_return std::move(**loaded);
  auto task = new_key(context);
  auto key = co_await std::move(task);
  if (!key) co_return std::move(key).error();
  auto pem = key->to_pem();
  if (!pem) co_return std::move(pem).error();
  StoredAccount account;
  account.directory_url = context.issuer->uri;
  account.key_pem = *std::move(pem);
  auto saved = save_account(context, account);
  if (!saved) co_return std::move(saved).error();
  co_return LoadedAccount{std::move(account), *std::move(key)};
}

/// What the directory asks of an account that the configuration does not give.
Status check_terms(const IssuerConfig& issuer, const Directory& directory) {
  if (!directory.terms_of_service.empty() && !issuer.accept_terms_of_service) {
    return Error{
        ErrorKind::configuration,
        cat("issuer ", issuer.name, " wants its terms of service agreed to: ", cleaned(directory.terms_of_service)),
        std::string{advice("terms")}};
  }
  if (directory.external_account_required && !issuer.external_account) {
    return Error{ErrorKind::configuration,
                 cat("issuer ", issuer.name, " registers only accounts bound to a customer's"),
                 std::string{advice("eab-required")}};
  }
  return {};
}

Result<std::string> registration(const IssuerConfig& issuer, const Directory& directory, const PrivateKey& key) {
  NewAccountRequest request;
  request.contact = issuer.contact;
  request.terms_of_service_agreed = issuer.accept_terms_of_service;
  if (issuer.external_account) {
    const ExternalAccount& external = *issuer.external_account;
    auto binding = external_account_binding(key, directory.new_account, external.kid, external.key, external.algorithm);
    if (!binding) return std::move(binding).error();
    request.external_account_binding = *std::move(binding);
  }
  return to_json(request);
}

/// What a CA answers to a bad binding has the type of many other things.
bool is_refused_binding(const IssuerConfig& issuer, const Error& error) {
  return issuer.external_account && (error.problem_type == "unauthorized" || error.problem_type == "malformed");
}

Error refused_registration(const IssuerConfig& issuer, Error error) {
  if (is_refused_binding(issuer, error)) {
    error.hint = std::string{advice("eab-refused")};
  }
  return std::move(error).with_context("account at " + issuer.name);
}

/// The answer of newAccount. A binding for one use, whose first use the CA took and we never heard of, is refused the
/// second time; so the CA is then asked for the account that the key has.
Task<Result<HttpResponse>> ask_for_account(AccountContext context, const LoadedAccount& account, std::string url) {
  const IssuerConfig& issuer = *context.issuer;
  auto directory_task = context.session->directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  auto payload = registration(issuer, *directory, account.key);
  if (!payload) co_return std::move(payload).error();
  auto task = context.session->post_as(account.key, "", url, *std::move(payload));
  auto response = co_await std::move(task);
  if (response) co_return response;
  Error error = std::move(response).error();
  if (is_deactivation(error)) co_return deactivated_account(issuer);
  if (is_refused_binding(issuer, error)) {
    NewAccountRequest existing;
    existing.only_return_existing = true;
    auto again_task = context.session->post_as(account.key, "", url, to_json(existing));
    auto again = co_await std::move(again_task);
    if (again) co_return again;
  }
  co_return refused_registration(issuer, std::move(error));
}

Task<Status> register_account(AccountContext context, LoadedAccount& account) {
  const IssuerConfig& issuer = *context.issuer;
  auto directory_task = context.session->directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  auto allowed = check_terms(issuer, *directory);
  if (!allowed) co_return allowed;
  auto task = ask_for_account(context, account, directory->new_account);
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error();
  const std::string url{response->header("location")};
  if (!acceptable_url(url, context.session->allow_http())) {
    co_return Error{ErrorKind::server_error, cat(issuer.name, " answered newAccount without a usable Location"),
                    std::string{advice("not-acme")}};
  }
  auto object = as_answer(parse_account(response->body, context.session->allow_http()));
  if (!object) co_return std::move(object).error().with_context("account at " + issuer.name);
  if (object->status != AccountStatus::valid) co_return deactivated_account(issuer);
  account.stored.url = url;
  account.stored.contact = issuer.contact;
  account.stored.orders_url = object->orders;
  account.stored.external_account_id = issuer.external_account ? issuer.external_account->kid : "";
  auto saved = save_account(context, account.stored);
  if (!saved) co_return saved;
  context.log->notice(
      cat("issuer ", issuer.name, ": account ", response->status == 201 ? "registered" : "found again", ", ", url));
  co_return Status{};
}

/// An account is kept as it is when the configuration changes around it.
void tell_differences(const AccountContext& context, const LoadedAccount& account) {
  const IssuerConfig& issuer = *context.issuer;
  const std::string& bound_to = account.stored.external_account_id;
  if (issuer.external_account && issuer.external_account->kid != bound_to) {
    const auto slot = account_slot(issuer);
    context.log->notice(cat("issuer ", issuer.name, ": the account is kept, which is bound to ",
                            bound_to.empty() ? "no customer" : cleaned(bound_to, 80),
                            "; to register another with the new external_account_key, remove the folder accounts/",
                            slot ? *slot : issuer.name, " of the state directory and reload"));
  }
  if (issuer.account_key_pem.empty() && account.key.type() != issuer.account_key_type) {
    context.log->notice(cat("issuer ", issuer.name, ": the account is kept with its key, ",
                            to_string(account.key.type()), "; `acmectl account rollover` gives it one of ",
                            to_string(issuer.account_key_type)));
  }
}

Task<Status> update_contact(AccountContext context, LoadedAccount& account) {
  NewAccountRequest request;
  request.contact = context.issuer->contact;
  auto task = context.session->post(account.stored.url, to_json(request));
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context("new contact for " + context.issuer->name);
  account.stored.contact = context.issuer->contact;
  context.log->notice(cat("issuer ", context.issuer->name, ": contact updated"));
  co_return save_account(context, account.stored);
}

}  // namespace

Result<std::string> account_slot(const IssuerConfig& issuer) {
  std::string whose = issuer.uri;
  if (!issuer.account_key_pem.empty()) {
    auto key = PrivateKey::from_pem(issuer.account_key_pem.view());
    if (!key) return std::move(key).error().with_context(issuer.account_key_file);
    auto public_key = key->public_key_hash();
    if (!public_key) return std::move(public_key).error();
    whose += to_hex(*public_key);
  }
  auto hash = sha256(whose);
  if (!hash) return std::move(hash).error();
  return cat(issuer.name, "-", to_hex(*hash).substr(0, 8));
}

Status forget_account_url(const AccountContext& context) {
  auto slot = account_slot(*context.issuer);
  if (!slot) return std::move(slot).error();
  auto stored = context.store->load_account(*slot);
  if (!stored) return std::move(stored).error();
  if (!stored->has_value()) return {};
  (*stored)->url.clear();
  return context.store->save_account(*slot, **stored);
}

Task<Status> ensure_account(AccountContext context) {
  auto load = load_or_begin(context);
  auto account = co_await std::move(load);
  if (!account) co_return std::move(account).error();
  if (account->stored.deactivated) co_return deactivated_account(*context.issuer);
  if (!account->stored.next_key_pem.empty()) {
    auto settling = settle_key_change(context, *account);
    auto settled = co_await std::move(settling);
    if (!settled) co_return settled;
  }
  if (!account->stored.url.empty()) tell_differences(context, *account);
  if (account->stored.url.empty()) {
    auto guarding = check_no_account_is_replaced(context);
    auto guarded = co_await std::move(guarding);
    if (!guarded) co_return guarded;
    auto task = register_account(context, *account);
    auto registered = co_await std::move(task);
    if (!registered) co_return registered;
  }
  context.session->use_account(account->key, account->stored.url);
  if (account->stored.contact != context.issuer->contact) {
    auto task = update_contact(context, *account);
    auto updated = co_await std::move(task);
    if (!updated && updated.error().kind == ErrorKind::cancelled) co_return updated;
    if (!updated) context.log->warn(describe(updated.error()));
  }
  co_return Status{};
}

}  // namespace acme
