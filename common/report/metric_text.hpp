// The text forms of metrics: OpenMetrics 1.0 and Prometheus 0.0.4, exactly: types and units, suffixes, escaping, all
// samples of a family together, in pieces that are never large.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/report/metrics.hpp"

namespace acme {

enum class MetricType : std::uint8_t { gauge, counter, histogram, info };

/// All that share a name. `name` is without the suffixes of its samples ("_total", "_info", "_bucket"), which the
/// type adds; with a `unit` it ends in that. `help` has no quotes, backslashes or line ends.
struct MetricFamily {
  const char* name;
  MetricType type;
  const char* unit;  // "seconds"; empty: a number without one
  const char* help;
};

/// A label set as it is written: `issuer="letsencrypt",code="200"`. Values may hold anything; what is no UTF-8, and
/// control bytes, become '?', and 256 bytes are enough.
class MetricLabels {
 public:
  MetricLabels() = default;
  MetricLabels& add(const char* name, std::string_view value);
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// The samples of one family, with its TYPE, UNIT and HELP lines before the first one; nothing while there is none.
class FamilyText {
 public:
  FamilyText(const MetricFamily& family, MetricsFormat format) : family_{family}, format_{format} {}

  /// The sample of a gauge, a counter or an info. `value` is a number as it is to be written.
  void add(const MetricLabels& labels, std::string_view value);
  void add(const MetricLabels& labels, std::int64_t value);
  /// "_bucket", "_count", "_sum" of a histogram.
  void add_part(std::string_view suffix, const MetricLabels& labels, std::string_view value);
  /// Its pieces go to the end of `text`.
  void move_to(std::vector<std::string>& text) &&;

 private:
  void begin();
  std::string& piece();

  const MetricFamily& family_;
  MetricsFormat format_;
  std::vector<std::string> pieces_;
};

}  // namespace acme
