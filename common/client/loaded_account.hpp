// LoadedAccount: a stored account with its key ready to sign, for the files of this folder.
#pragma once

#include <optional>
#include <string>

#include "common/client/account.hpp"
#include "common/crypto/key.hpp"
#include "common/store/store.hpp"

namespace acme {

struct LoadedAccount {
  StoredAccount stored;
  PrivateKey key;
};

/// nullopt: nothing is stored for this issuer.
Result<std::optional<LoadedAccount>> load_account(const AccountContext& context);
Status save_account(const AccountContext& context, const StoredAccount& account);

/// Deactivated by the operator's word or at the CA: ErrorKind::configuration that says how to begin anew.
Error deactivated_account(const IssuerConfig& issuer);

}  // namespace acme
