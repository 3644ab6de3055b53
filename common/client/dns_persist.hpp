// dns-persist-01 before an order: is the TXT record there that lets this account have certificates?
//
// The record is the operator's: nothing here writes one. What is missing is told as the exact record to set, and no
// order is made that must fail.
#pragma once

#include <string>
#include <vector>

#include "common/client/order_flow.hpp"

namespace acme {

/// What the DNS says of one name.
struct PersistFinding {
  bool asked = false;            // an answer came; else the CA will find out
  bool found = false;            // a record that lets us
  std::optional<UtcTime> until;  // it ends; none: never
  std::string flaw;              // what is wrong with the one that is there; empty: there is none
  std::string record;            // `_validation-persist.example.org. TXT "..."`: to be set
};

/// One finding a name, in their order; looked for side by side, at the name and, for a record with policy=wildcard, at
/// those above it. `names` are all of one order: a wildcard beside its base wants one record for both. `account_url`:
/// ours at this CA.
Task<std::vector<PersistFinding>> find_persist_records(OrderContext context, const OrderRequest& request,
                                                       std::vector<Identifier> names, std::vector<std::string> ca_names,
                                                       std::string account_url);

/// From here on an operator is told that a record ends: two renewals, or two weeks.
UtcTime persist_warning_time(UtcTime now, std::optional<Seconds> lifetime);

/// Accounts at this CA that records for these names let in, by name; the first hundred names are looked at.
Task<std::map<std::string, std::string>> find_persist_accounts(Scheduler& scheduler, DnsLookup& lookup,
                                                               std::vector<Identifier> names,
                                                               std::vector<std::string> ca_names,
                                                               std::vector<std::string> servers);

}  // namespace acme
