#include "common/base/log.hpp"

namespace acme {

std::string describe(const Error& error) {
  std::string line = error.message;
  const bool single = error.subproblems.size() == 1;
  for (const auto& sub : error.subproblems)
    line += single ? ": " + sub.detail : "; " + sub.identifier + ": " + sub.detail;
  if (!error.hint.empty()) line += " (" + error.hint + ")";
  return line;
}

const char* level_name(LogLevel level) {
  switch (level) {
    case LogLevel::error: return "error";
    case LogLevel::warn: return "warn";
    case LogLevel::notice: return "notice";
    case LogLevel::info: return "info";
    case LogLevel::debug: return "debug";
  }
  return "?";
}

}  // namespace acme
