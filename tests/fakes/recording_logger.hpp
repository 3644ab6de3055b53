// RecordingLogger: keeps every line, for tests of what an operator reads.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/log.hpp"

namespace acme_test {

class RecordingLogger final : public acme::Logger {
 public:
  void write(acme::LogLevel level, const std::string& line) override { lines_.emplace_back(level, line); }

  const std::vector<std::pair<acme::LogLevel, std::string>>& lines() const noexcept { return lines_; }
  void clear() { lines_.clear(); }

  /// How many lines of this level there are.
  std::size_t count(acme::LogLevel level) const {
    const auto is_level = [&](const auto& entry) { return entry.first == level; };
    return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), is_level));
  }
  /// Some line, of any level, holds `text`.
  bool has(std::string_view text) const {
    const auto holds = [&](const auto& entry) { return entry.second.find(text) != std::string::npos; };
    return std::any_of(lines_.begin(), lines_.end(), holds);
  }
  /// All lines as "level: text\n", for a failing test's message.
  std::string all() const {
    std::string text;
    for (const auto& [level, line] : lines_) text += std::string{acme::level_name(level)} + ": " + line + "\n";
    return text;
  }

 private:
  std::vector<std::pair<acme::LogLevel, std::string>> lines_;
};

}  // namespace acme_test
