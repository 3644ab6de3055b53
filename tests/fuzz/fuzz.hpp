// One fuzz target: what any bytes may do to one reader, and what must hold of whatever it made of them.
//
//     FUZZ_TARGET(json) { const auto parsed = Json::parse(input); CHECK(...); }
//
// in tests/fuzz/json_fuzz.cpp. libfuzzer_main.cpp makes a program of one target that looks for an input which breaks
// it; corpus_test.cpp runs all of them once over every input that is kept in the repository. CHECK, CHECK_EQ and
// CHECK_OK (tests/check.hpp) say what must hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/check.hpp"

namespace acme_fuzz {

struct Target {
  const char* name;
  void (*body)(std::string_view input);
};

inline std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

struct Registration {
  explicit Registration(Target target) { targets().push_back(target); }
};

/// Takes an input apart from its front, so that a seed can be written and read by a person.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_{bytes} {}

  bool empty() const noexcept { return rest_.empty(); }
  std::string_view rest() const noexcept { return rest_; }

  /// Without its line end; "" at the end.
  std::string_view line() { return until('\n'); }

  /// Without the separator, which is taken as well; all when there is none.
  std::string_view until(char separator) {
    const auto end = rest_.find(separator);
    const auto piece = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return piece;
  }

  /// 0 at the end.
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }

 private:
  std::string_view rest_;
};

}  // namespace acme_fuzz

#define FUZZ_TARGET(name)                                                            \
  static void fuzz_##name(std::string_view input);                                   \
  static const acme_fuzz::Registration registration_of_##name{{#name, fuzz_##name}}; \
  static void fuzz_##name(std::string_view input)
