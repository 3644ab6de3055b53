// Which of the page's formats a client wants most, by its Accept header (RFC 9110 §12.5.1).
#pragma once

#include <string_view>

#include "common/report/status_request.hpp"

namespace acme {

/// The format with the greatest weight, which is that of the most specific range that matches it. Among equals the one
/// that is named before one that only a wildcard allows, then HTML, JSON, OpenMetrics, Prometheus: "*/*" and no header
/// give HTML. HTML also when nothing is acceptable: words help more than a 406, and RFC 9110 leaves it to the server.
/// Ranges that make no sense are passed over.
StatusFormat preferred_format(std::string_view accept);

/// The one of the two metric formats that is preferred; Prometheus' own when neither is named.
StatusFormat preferred_metrics(std::string_view accept);

}  // namespace acme
