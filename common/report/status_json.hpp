// The status page as JSON, schema 1: conf-examples/monitoring/status.schema.json and README.md describe it. Members are
// added, never renamed; those that acmectl's rows (control/rows.hpp) have too are named as there.
#pragma once

#include <string>
#include <vector>

#include "common/report/status_facts.hpp"

namespace acme {

inline constexpr int kStatusSchema = 1;

std::vector<std::string> overview_json(const OverviewFacts& facts);
std::vector<std::string> certificate_json(const CertificatePageFacts& facts);
/// {"schema", "generated", "error": {"message", "hint"}}
std::vector<std::string> error_json(const Error& error, UtcTime now);

}  // namespace acme
