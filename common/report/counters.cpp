#include "common/report/counters.hpp"

#include <algorithm>

namespace acme {

void Histogram::observe(std::chrono::milliseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto* bucket = std::lower_bound(kDurationBuckets.begin(), kDurationBuckets.end(), seconds);
  ++counts[static_cast<std::size_t>(bucket - kDurationBuckets.begin())];
  sum += seconds;
}

void Counters::request(const std::string& issuer, int status) {
  ++requests[{issuer, status == 0 ? "none" : std::to_string(status)}];
}

}  // namespace acme
