#include "common/report/finding.hpp"

#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::array<const char*, kSeverities> kNames{"ok", "note", "warning", "failure"};

}  // namespace

const char* severity_name(Severity severity) { return kNames[static_cast<std::size_t>(severity)]; }

std::optional<Severity> parse_severity(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return static_cast<Severity>(i);
  }
  return std::nullopt;
}

std::string describe(const Finding& finding) {
  std::string line = finding.sentence;
  if (!finding.cause.empty()) line += cat(": ", finding.cause);
  if (!finding.fix.empty()) line += cat("; ", finding.fix);
  return line;
}

}  // namespace acme
