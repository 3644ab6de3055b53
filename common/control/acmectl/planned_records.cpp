// Which TXT records the operator sets for dns-persist-01.
#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/control/acmectl/planned_changes.hpp"
#include "common/protocol/dns_challenge.hpp"

namespace acme {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

std::vector<std::string> records_for(const CertificateRow& row, const IssuerRow& issuer) {
  std::vector<std::string> records;
  for (const auto& value : row.names) {
    const Identifier name{IdentifierType::dns, value};
    if (parse_ip(value)) continue;
    // A record for the wildcard does for its base.
    if (contains(row.names, "*." + value)) continue;
    DnsPersistRecord record;
    record.issuer_domain = issuer.ca_names.front();
    record.account_url = issuer.account_url;
    record.wildcard = name.wildcard();
    records.push_back(dns_persist_line(name, record));
  }
  return records;
}

}  // namespace

bool wants_records(const std::vector<CertificateRow>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [](const CertificateRow& row) { return contains(row.challenges, kDnsPersist01); });
}

void add_records(std::vector<PlannedChange>& changes, const std::vector<CertificateRow>& wanted,
                 const std::vector<IssuerRow>& issuers) {
  for (auto& change : changes) {
    const auto row = std::find_if(wanted.begin(), wanted.end(), [&](const auto& one) { return one.id == change.id; });
    if (row == wanted.end() || !contains(row->challenges, kDnsPersist01)) continue;
    const auto issuer =
        std::find_if(issuers.begin(), issuers.end(), [&](const auto& one) { return one.name == row->issuer; });
    const bool known = issuer != issuers.end() && !issuer->account_url.empty() && !issuer->ca_names.empty();
    if (known) change.records = records_for(*row, *issuer);
  }
}

}  // namespace acme
