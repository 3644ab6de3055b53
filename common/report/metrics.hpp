// Metrics: the status as text for Prometheus and all that read its formats. README.md lists the names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/report/status_source.hpp"

namespace acme {

enum class MetricsFormat : std::uint8_t {
  open_metrics,  // OpenMetrics 1.0
  prometheus,    // Prometheus text format 0.0.4
};

/// "application/openmetrics-text; version=1.0.0; charset=utf-8" or "text/plain; version=0.0.4; charset=utf-8".
const char* metrics_content_type(MetricsFormat format);

/// The whole text, in pieces of some 64 KB, one after the other. Errors: those of the source's overview() and each();
/// counters that cannot be read are left out. A status that is older than kStatusStale is no error: acme_engine_up is
/// 0 then.
Result<std::vector<std::string>> metrics_text(StatusSource& source, MetricsFormat format, UtcTime now);

}  // namespace acme
