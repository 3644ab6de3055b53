#include "common/dns_provider/txt_text.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

/// Reads the character at `at`, which may be an escape, and moves behind it.
char take_character(std::string_view written, std::size_t& at) {
  if (written[at] != '\\' || at + 1 >= written.size()) return written[at++];
  const auto code = at + 3 < written.size() ? parse_number(written.substr(at + 1, 3)) : std::nullopt;
  if (code && *code < 256) {
    at += 4;
    return static_cast<char>(*code);
  }
  at += 2;
  return written[at - 1];
}

}  // namespace

std::string quote_txt(std::string_view value) {
  std::string quoted = "\"";
  for (const char character : value) {
    if (character == '"' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + '"';
}

std::vector<std::string> txt_strings(std::string_view written) {
  if (!written.starts_with('"')) return {std::string{written}};
  std::vector<std::string> strings;
  bool inside = false;
  for (std::size_t at = 0; at < written.size();) {
    if (written[at] == '"') {
      inside = !inside;
      if (inside) strings.emplace_back();
      ++at;
    } else if (inside) {
      strings.back() += take_character(written, at);
    } else {
      ++at;  // between two strings
    }
  }
  return strings;
}

std::string txt_text(std::string_view written) { return join(txt_strings(written), ""); }

}  // namespace acme
