// What must hold of texts and errors wherever they come from, said independently of the code that makes them so.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/base/identifier.hpp"
#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "tests/fuzz/fuzz.hpp"

// What only checks is no place that inputs are to reach, and looks at every byte: not traced, it is five times as fast.
#ifdef __clang__
#define FUZZ_UNTRACED __attribute__((no_sanitize("coverage")))
#else
#define FUZZ_UNTRACED
#endif

namespace acme_fuzz {

/// The code point at the front of `text`, which is taken off it; -1: no well-formed UTF-8 (RFC 3629).
FUZZ_UNTRACED inline long take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead >= 0xF8 || (lead >= 0x80 && lead < 0xC0) || text.size() < size) return -1;
  long code = size == 1 ? lead : lead & (0x7F >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80) return -1;
    code = code * 64 + (next & 0x3F);
  }
  constexpr long kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  text.remove_prefix(size);
  return code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? -1 : code;
}

/// Nothing that a terminal, a log or a page would not simply show: no control character but `allowed`, no mark that
/// reorders text.
FUZZ_UNTRACED inline bool is_plain(std::string_view text, char allowed = ' ') {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    if ((*at >= 0x20 && *at < 0x7F) || *at == allowed) {
      ++at;
      continue;
    }
    std::string_view rest{at, static_cast<std::size_t>(end - at)};
    const long code = take_code_point(rest);
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool reorders = (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    if (control || reorders) return false;
    at = rest.data();
  }
  return true;
}

FUZZ_UNTRACED inline bool is_of(std::string_view text, std::string_view alphabet) {
  bool known[256]{};
  for (const char c : alphabet) known[static_cast<unsigned char>(c)] = true;
  for (const char c : text) {
    if (!known[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kHex = "0123456789abcdef";
inline constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
inline constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyz0123456789-._";

inline void check_plain(std::string_view text, std::size_t limit) {
  CHECK(text.size() <= limit);
  CHECK(is_plain(text));
}

/// What a person is to be told: one line, never empty, never long.
inline void check_error(const acme::Error& error) {
  CHECK(!error.message.empty());
  check_plain(acme::describe(error), 256 * 1024);
}

template <class T>
void check_error_of(const acme::Result<T>& result) {
  if (!result.ok()) check_error(result.error());
}

/// Nothing but what a DNS name in its canonical form, or an address, is written with.
inline void check_identifier(const acme::Identifier& name) {
  const std::string_view value = name.value;
  CHECK(!value.empty() && value.size() <= 255);
  if (name.type == acme::IdentifierType::ip) {
    CHECK(is_of(value, "0123456789abcdef.:"));
    return;
  }
  CHECK(is_of(name.wildcard() ? value.substr(2) : value, kNameLetters));
  CHECK(value.find("..") == std::string_view::npos && value.front() != '.' && value.back() != '.');
}

}  // namespace acme_fuzz
