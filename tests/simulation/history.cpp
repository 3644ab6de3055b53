#include "tests/simulation/history.hpp"

#include <array>
#include <cstdio>

namespace acme_test {

using namespace acme;

namespace {

std::string format_moment(Duration since) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  const auto seconds = milliseconds / 1000;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%3lldd %02lld:%02lld:%02lld.%03lld ",
                static_cast<long long>(seconds / 86400), static_cast<long long>(seconds / 3600 % 24),
                static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60),
                static_cast<long long>(milliseconds % 1000));
  return text.data();
}

}  // namespace

void History::add(const std::string& who, const std::string& what) {
  lines_.push_back({clock_.steady_now() - began_, who + ": " + what});
  for (const auto& [text, secret] : forbidden_) {
    if (violation_.empty() && what.find(text) != std::string::npos) violated(secret + " is in a log");
  }
}

void History::violated(const std::string& invariant) {
  add("VIOLATED", invariant);
  if (violation_.empty()) violation_ = invariant;
}

std::string History::text() const {
  std::string text;
  for (const auto& line : lines_) text += format_moment(line.time) + line.text + "\n";
  return text;
}

}  // namespace acme_test
