// One certificate's own page: what it is, what is served, what comes next and why, the last attempt, its history.
#pragma once

#include <string>
#include <vector>

#include "common/report/html_text.hpp"
#include "common/report/status_facts.hpp"

namespace acme {

std::vector<std::string> certificate_html(const CertificatePageFacts& facts);

}  // namespace acme
