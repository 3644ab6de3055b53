// Account: the key and URL that an issuer knows us by (RFC 8555 §7.3), made once and kept.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "common/base/task.hpp"
#include "common/client/session.hpp"
#include "common/config/model.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/store/store.hpp"
#include "common/transport/key_maker.hpp"

namespace acme {

/// What an account's set-up needs beside the session; all borrowed.
struct AccountContext {
  const IssuerConfig* issuer = nullptr;
  Session* session = nullptr;
  Store* store = nullptr;
  KeyMaker* keys = nullptr;
  Logger* log = nullptr;
  // What tells an account that was lost from one that never was (client/account_guard.hpp); may be absent.
  DnsLookup* lookup = nullptr;
  const std::vector<Identifier>* persist_names = nullptr;  // that dns-persist-01 may prove
  std::vector<std::string> ca_names;                       // where the CA's directory tells none
};

/// After it the session signs for a valid account. Loads what is stored; else makes a key (or takes
/// the operator's), stores it before the CA hears of it, and registers: the CA answers a known key
/// with the account that it has. A changed contact is sent. Terms are agreed to only by the
/// operator's directive. ErrorKind::configuration says which directive is missing.
Task<Status> ensure_account(AccountContext context);

/// The CA says that it does not know the account (accountDoesNotExist): the next ensure_account
/// registers the same key anew.
Status forget_account_url(const AccountContext& context);

/// Where an issuer's account is stored: one per name, directory URL and key file of the operator's, so that an issuer
/// whose URL or key file was changed and changed back finds its old account.
Result<std::string> account_slot(const IssuerConfig& issuer);

}  // namespace acme
