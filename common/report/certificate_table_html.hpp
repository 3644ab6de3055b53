// The table of certificates: search, filter, one page of rows, the way to the others.
#pragma once

#include "common/report/html_text.hpp"
#include "common/report/status_facts.hpp"

namespace acme {

/// A plain GET form.
void add_search_form(Html& html, const StatusQuestion& question);
void add_certificate_table(Html& html, const OverviewFacts& facts);
/// A link to a certificate's own page, its name as the text.
void add_certificate_link(Html& html, const CertificateSummary& certificate);
/// "renewal in 10 days", "next attempt due now".
void add_next_event(Html& html, const CertificateSummary& certificate, UtcTime now);

}  // namespace acme
