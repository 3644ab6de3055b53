#include "common/client/account_guard.hpp"

#include "common/base/text.hpp"
#include "common/client/dns_persist.hpp"

namespace acme {

Task<Status> check_no_account_is_replaced(AccountContext context) {
  const IssuerConfig& issuer = *context.issuer;
  const bool nothing_to_ask =
      context.lookup == nullptr || context.persist_names == nullptr || context.persist_names->empty();
  if (nothing_to_ask || !issuer.account_key_pem.empty()) co_return Status{};
  auto fetching = context.session->directory();
  auto directory = co_await std::move(fetching);
  if (!directory) co_return std::move(directory).error();
  const auto& told = directory->caa_identities;
  auto finding = find_persist_accounts(context.session->scheduler(), *context.lookup, *context.persist_names,
                                       told.empty() ? context.ca_names : told, issuer.resolvers);
  const auto accounts = co_await std::move(finding);
  if (accounts.empty()) co_return Status{};
  const auto& [record, account] = *accounts.begin();
  const std::string more = accounts.size() > 1 ? cat(" and ", accounts.size() - 1, " more") : "";
  const auto slot = account_slot(issuer);
  Error error{ErrorKind::configuration,
              cat("issuer ", issuer.name, ": no account is registered: the TXT record at ", record, more,
                  " lets the account ", cleaned(account, 200),
                  " have certificates, which is not known here or not to the CA, and would not let a new one"),
              cat("bring accounts/", slot ? *slot : issuer.name,
                  " of the state directory back from a backup; or, for a new account, remove those records first, and "
                  "set the new ones that are shown then")};
  error.problem_type = "dnsPersist";
  co_return error;
}

}  // namespace acme
