// The health of the issuers (CAs): how requests to them fare, what their limits leave, why one is left alone.
#pragma once

#include <span>

#include "common/report/html_text.hpp"
#include "common/report/records.hpp"

namespace acme {

void add_issuers(Html& html, std::span<const IssuerHealth> issuers, UtcTime now);

}  // namespace acme
