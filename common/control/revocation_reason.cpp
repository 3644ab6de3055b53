#include "common/control/revocation_reason.hpp"

#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

struct Reason {
  int number;
  std::string_view word;
};

constexpr std::array<Reason, 5> kReasons{{{0, "unspecified"},
                                          {kKeyCompromise, "keyCompromise"},
                                          {3, "affiliationChanged"},
                                          {4, "superseded"},
                                          {5, "cessationOfOperation"}}};

}  // namespace

std::optional<int> parse_revocation_reason(std::string_view word) {
  for (const Reason& reason : kReasons) {
    if (equals_no_case(word, reason.word) || word == cat(reason.number)) return reason.number;
  }
  return std::nullopt;
}

std::string_view revocation_reason_name(int number) {
  for (const Reason& reason : kReasons) {
    if (reason.number == number) return reason.word;
  }
  return {};
}

std::string revocation_reason_words() {
  std::string words;
  for (const Reason& reason : kReasons) {
    if (!words.empty()) words += ", ";
    words += cat(reason.word, " (", reason.number, ")");
  }
  return words;
}

}  // namespace acme
