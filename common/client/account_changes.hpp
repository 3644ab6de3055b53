// What an operator asks to be done to an account: another key (RFC 8555 §7.3.5), or its end (§7.3.6).
//
// The caller sees to it that no order of this account is being validated meanwhile: what a challenge
// answers holds the account key's thumbprint.
#pragma once

#include "common/base/task.hpp"
#include "common/client/account.hpp"
#include "common/client/loaded_account.hpp"

namespace acme {

/// Makes a key of the configured type, stores it beside the old one, and asks the CA to know the account by it. After
/// it the session signs with the new key. When the answer is lost the CA is asked which of the two it knows, now or by
/// the next ensure_account; so an account is never without its key.
/// Errors: configuration (no account, deactivated, the key is the operator's file, the CA offers no keyChange),
/// problem (the CA refused; 409: another account has the key), those of Session::post. The old key stays in use.
Task<Status> roll_over_key(AccountContext context);

/// The CA accepts nothing of this account any more, for ever; its certificates stay valid. Remembered: nothing is
/// ordered or registered anew until the operator removes what is stored of the account. Done already: success.
/// ErrorKind::configuration when there is none.
Task<Status> deactivate_account(AccountContext context);

/// Ends a key change that was cut off: asks the CA which of the two keys it knows, and keeps that one. Called by
/// ensure_account. The session then signs for the account with it.
Task<Status> settle_key_change(AccountContext context, LoadedAccount& account);

}  // namespace acme
