#include "common/report/metric_text.hpp"

#include <algorithm>
#include <iterator>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kLongestLabel = 256;

const char* type_name(MetricType type, MetricsFormat format) {
  switch (type) {
    case MetricType::gauge: return "gauge";
    case MetricType::counter: return "counter";
    case MetricType::histogram: return "histogram";
    // The older format knows no such type.
    case MetricType::info: return format == MetricsFormat::open_metrics ? "info" : "gauge";
  }
  return "unknown";
}

std::string_view suffix_of(MetricType type) {
  if (type == MetricType::counter) return "_total";
  return type == MetricType::info ? "_info" : "";
}

/// Nearly all labels are.
bool is_plain(std::string_view value) {
  return value.size() <= kLongestLabel &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '"'; });
}

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : cleaned(value, kLongestLabel)) {
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

MetricLabels& MetricLabels::add(const char* name, std::string_view value) {
  if (!text_.empty()) text_ += ',';
  text_ += name;
  text_ += "=\"";
  if (is_plain(value)) {
    text_ += value;
  } else {
    text_ += escaped(value);
  }
  text_ += '"';
  return *this;
}

/// OpenMetrics describes the family, 0.0.4 the name of its samples.
void FamilyText::begin() {
  const bool open = format_ == MetricsFormat::open_metrics;
  const std::string name = cat(family_.name, open ? "" : suffix_of(family_.type));
  std::string& text = pieces_.emplace_back();
  text = cat("# HELP ", name, ' ', family_.help, "\n# TYPE ", name, ' ', type_name(family_.type, format_), '\n');
  if (open && family_.unit[0] != '\0') text += cat("# UNIT ", name, ' ', family_.unit, '\n');
}

std::string& FamilyText::piece() {
  if (pieces_.empty()) begin();
  if (pieces_.back().size() > kPiece) pieces_.emplace_back().reserve(kPiece + kPiece / 16);
  return pieces_.back();
}

void FamilyText::add_part(std::string_view suffix, const MetricLabels& labels, std::string_view value) {
  std::string& text = piece();
  text += family_.name;
  text += suffix;
  if (!labels.text().empty()) {
    text += '{';
    text += labels.text();
    text += '}';
  }
  text += ' ';
  text += value;
  text += '\n';
}

void FamilyText::add(const MetricLabels& labels, std::string_view value) {
  add_part(suffix_of(family_.type), labels, value);
}

void FamilyText::add(const MetricLabels& labels, std::int64_t value) { add(labels, std::to_string(value)); }

void FamilyText::move_to(std::vector<std::string>& text) && {
  text.insert(text.end(), std::make_move_iterator(pieces_.begin()), std::make_move_iterator(pieces_.end()));
  pieces_.clear();
}

}  // namespace acme
