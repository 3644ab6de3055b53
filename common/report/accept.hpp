// Which of the page's formats a client wants most, by its Accept header (RFC 9110 §12.5.1).
#pragma once

#include <string_view>

#include "common/report/status_request.hpp"

namespace acme {

/// The format with the greatest weight, taken from the most specific range that matches it; among equals HTML, JSON,
/// OpenMetrics, Prometheus, in this order, so that "*/*" and no header give HTML. HTML also when nothing is acceptable:
/// words help more than a 406, which RFC 9110 leaves to the server. Ranges that make no sense are passed over.
StatusFormat preferred_format(std::string_view accept);

/// The one of the two metric formats that is preferred; Prometheus' own when neither is named.
StatusFormat preferred_metrics(std::string_view accept);

}  // namespace acme
