// Records for dns-persist-01 name an account by its URL: a new account in its place would be shut out by all of them.
#pragma once

#include "common/base/task.hpp"
#include "common/client/account.hpp"

namespace acme {

/// Before an account is registered. ErrorKind::configuration: TXT records of names that dns-persist-01 may prove let
/// another account of this CA in, which is not stored here: it was lost, or the CA does not know it any more. The
/// operator's own key file is his word, and finds its account again.
Task<Status> check_no_account_is_replaced(AccountContext context);

}  // namespace acme
