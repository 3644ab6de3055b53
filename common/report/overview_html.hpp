// The first page as HTML: how many certificates are in which state, what happens next, the table, the issuers.
#pragma once

#include <string>
#include <vector>

#include "common/report/html_text.hpp"
#include "common/report/status_facts.hpp"

namespace acme {

std::vector<std::string> overview_html(const OverviewFacts& facts);

/// "3 failing, 1 expired", "2 renewing", "all 12 fine", "no certificates": the state of all, for a title.
std::string overall_words(const Overview& overview);
/// Said on every page: the engine is not heard of any more, or a reload waits. Nothing when all is well.
void add_engine_banners(Html& html, const Overview& overview, UtcTime now);
/// "certificates of ngx_acme/0.1 nginx/1.22.1", the end of a title.
std::string title_suffix(const Overview& overview);

}  // namespace acme
