#include "common/base/text.hpp"

#include <array>
#include <charconv>

namespace acme {

namespace {

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int base64url_value(char c) {
  const auto position = kBase64Url.find(c);
  return position == std::string_view::npos ? -1 : static_cast<int>(position);
}

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
      (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

/// U+FDD0 to U+FDEF and the last two of each plane: never assigned, refused by HTML.
bool is_noncharacter(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  const std::size_t size = sequence.size();
  if (size == 3 && byte(0) == 0xEF && byte(1) == 0xB7) return byte(2) >= 0x90 && byte(2) <= 0xAF;
  const bool end_of_plane =
      (size == 3 && byte(0) == 0xEF && byte(1) == 0xBF) || (size == 4 && (byte(1) & 0x0FU) == 0x0F && byte(2) == 0xBF);
  return end_of_plane && byte(size - 1) >= 0xBE;
}

/// C0 and C1 control characters, the marks that reorder text in a terminal or a page, and what nobody sees there.
bool is_control(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (sequence.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (sequence == "\xEF\xBB\xBF") return true;  // a byte order mark
  if (sequence.size() != 3 || byte(0) != 0xE2) return false;
  const bool mark = byte(1) == 0x80 && (byte(2) >= 0x8B && byte(2) <= 0x8F);  // of no width, or a direction
  const bool embedding = byte(1) == 0x80 && (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  const bool isolate = byte(1) == 0x81 && (byte(2) >= 0xA0 && byte(2) <= 0xAF);
  return mark || embedding || isolate;
}

}  // namespace

namespace detail {

void append(std::string& out, std::string_view text) { out.append(text); }
void append(std::string& out, char character) { out.push_back(character); }

void append(std::string& out, long long number) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

void append(std::string& out, unsigned long long number) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

}  // namespace detail

bool starts_with_no_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_no_case(text.substr(0, prefix.size()), prefix);
}

bool equals_no_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string to_lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = lower(c);
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string join(std::span<const std::string> pieces, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out.append(separator);
    out.append(pieces[i]);
  }
  return out;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

std::string base64url_encode(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const auto byte : bytes) {
    buffer = (buffer << 8U) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out.push_back(kBase64Url[(buffer >> bits) & 63U]);
    }
  }
  if (bits > 0) out.push_back(kBase64Url[(buffer << (6 - bits)) & 63U]);
  return out;
}

std::string base64url_encode(std::string_view bytes) {
  return base64url_encode(std::span{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::optional<std::vector<std::uint8_t>> base64url_decode(std::string_view text) {
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::vector<std::uint8_t> out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int value = base64url_value(c);
    if (value < 0) return std::nullopt;
    buffer = (buffer << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>((buffer >> bits) & 255U));
    }
  }
  return out;
}

std::string cleaned(std::string_view foreign, std::size_t limit) {
  constexpr std::string_view ellipsis = "...";
  std::string out;
  while (!foreign.empty()) {
    const std::size_t length = utf8_length(foreign);
    const auto sequence = foreign.substr(0, length == 0 ? 1 : length);
    const bool bad = length == 0 || is_control(sequence) || is_noncharacter(sequence);
    if (out.size() + sequence.size() + ellipsis.size() > limit && foreign.size() + out.size() > limit) {
      out.append(ellipsis);
      return out;
    }
    out.append(bad ? std::string_view{"?"} : sequence);
    foreign.remove_prefix(sequence.size());
  }
  return out;
}

}  // namespace acme
