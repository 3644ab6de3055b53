// A certificate as members of a JSON object.
#pragma once

#include "common/report/json_text.hpp"
#include "common/report/records.hpp"

namespace acme {

void add_summary_members(JsonText& json, const CertificateSummary& certificate);
/// Those of the summary, too.
void add_detail_members(JsonText& json, const CertificateDetail& detail);

}  // namespace acme
