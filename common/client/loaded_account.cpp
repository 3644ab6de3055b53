#include "common/client/loaded_account.hpp"

#include "common/base/text.hpp"

namespace acme {

Result<std::optional<LoadedAccount>> load_account(const AccountContext& context) {
  auto slot = account_slot(*context.issuer);
  if (!slot) return std::move(slot).error();
  auto stored = context.store->load_account(*slot);
  if (!stored) return std::move(stored).error().with_context("account of " + context.issuer->name);
  if (!stored->has_value()) return std::optional<LoadedAccount>{};
  auto key = PrivateKey::from_pem((*stored)->key_pem.view());
  if (!key) return std::move(key).error().with_context("account key of " + context.issuer->name);
  return std::optional<LoadedAccount>{LoadedAccount{std::move(**stored), *std::move(key)}};
}

Status save_account(const AccountContext& context, const StoredAccount& account) {
  auto slot = account_slot(*context.issuer);
  if (!slot) return std::move(slot).error();
  auto saved = context.store->save_account(*slot, account);
  if (!saved) return std::move(saved).error().with_context("account of " + context.issuer->name);
  return {};
}

Error deactivated_account(const IssuerConfig& issuer) {
  const auto slot = account_slot(issuer);
  return {ErrorKind::configuration,
          cat("the account at ", issuer.name, " is deactivated: nothing is ordered from it any more"),
          cat("to begin with a new account, remove the folder accounts/", slot ? *slot : issuer.name,
              " of the state directory and reload, or name another issuer")};
}

}  // namespace acme
