// What a reload would do, from the certificates of the running server and those that the configuration on disk wants.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "common/control/rows.hpp"

namespace acme {

enum class PlannedAction : std::uint8_t { order, replace, renew, keep, drop };
const char* action_name(PlannedAction action);

struct PlannedChange {
  PlannedAction action = PlannedAction::keep;
  std::string name;
  std::string id;
  std::string why;
  std::vector<std::string> records{};  // TXT records of the operator's that it needs, as in a zone file
};

/// `running`: the engine's rows, orphans too.
std::vector<PlannedChange> planned_changes(const std::vector<CertificateRow>& running,
                                           const std::vector<CertificateRow>& wanted, UtcTime now);

/// Does any of them want a record that is set once (dns-persist-01)?
bool wants_records(const std::vector<CertificateRow>& wanted);
/// Adds to each change the records that dns-persist-01 needs, where the issuer's account and domain name are known.
void add_records(std::vector<PlannedChange>& changes, const std::vector<CertificateRow>& wanted,
                 const std::vector<IssuerRow>& issuers);

}  // namespace acme
