// Small pure text helpers: joining, splitting, ASCII case, numbers, hex, base64url, and the one way
// in which text from a CA or a DNS answer may reach a log line or a page.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace acme {

namespace detail {
void append(std::string& out, std::string_view text);
void append(std::string& out, char character);
void append(std::string& out, long long number);
void append(std::string& out, unsigned long long number);
inline void append(std::string& out, int number) { append(out, static_cast<long long>(number)); }
inline void append(std::string& out, long number) { append(out, static_cast<long long>(number)); }
inline void append(std::string& out, unsigned number) { append(out, static_cast<unsigned long long>(number)); }
inline void append(std::string& out, unsigned long number) { append(out, static_cast<unsigned long long>(number)); }
}  // namespace detail

/// Joins text and whole numbers: cat("order ", 7, " of ", name).
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

bool starts_with_no_case(std::string_view text, std::string_view prefix);
bool equals_no_case(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);   // ASCII only
std::string_view trim(std::string_view text);  // spaces and tabs, CR, LF
/// Splits at every `separator`; empty pieces are kept, so "a,,b" gives three.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> pieces, std::string_view separator);

/// All of `text` as a decimal number without sign; nullopt for anything else, overflow included.
std::optional<std::uint64_t> parse_number(std::string_view text);

std::string to_hex(std::span<const std::uint8_t> bytes);            // lower case
std::string base64url_encode(std::span<const std::uint8_t> bytes);  // RFC 4648 §5, no padding
std::string base64url_encode(std::string_view bytes);
/// Accepts only the alphabet of RFC 4648 §5, with or without padding; nullopt otherwise.
std::optional<std::vector<std::uint8_t>> base64url_decode(std::string_view text);

/// Text of foreign origin made safe to show: control bytes and invalid UTF-8 become '?', and what
/// is longer than `limit` bytes is cut (at a character) and ends in "...".
std::string cleaned(std::string_view foreign, std::size_t limit = 512);

}  // namespace acme
