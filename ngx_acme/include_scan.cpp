#include "ngx_acme/include_scan.hpp"

#include <optional>

namespace acme {

namespace {

struct Token {
  std::string text;
  bool word = false;  // else one of ; { }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_separator(char c) { return c == ';' || c == '{' || c == '}'; }

/// Cuts the configuration into words and separators by nginx's rules.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_{text} {}

  std::optional<Token> next() {
    skip_space_and_comments();
    if (rest_.empty()) return std::nullopt;
    const char first = rest_.front();
    if (is_separator(first)) {
      rest_.remove_prefix(1);
      return Token{std::string(1, first), false};
    }
    if (first == '"' || first == '\'') {
      rest_.remove_prefix(1);
      return Token{quoted(first), true};
    }
    return Token{plain(), true};
  }

 private:
  void skip_space_and_comments() {
    while (!rest_.empty()) {
      if (rest_.front() == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (is_space(rest_.front())) {
        rest_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  char take() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\\' && !rest_.empty()) {
      c = rest_.front();
      rest_.remove_prefix(1);
    }
    return c;
  }

  std::string quoted(char quote) {
    std::string word;
    while (!rest_.empty() && rest_.front() != quote) word += take();
    if (!rest_.empty()) rest_.remove_prefix(1);
    return word;
  }

  std::string plain() {
    std::string word;
    while (!rest_.empty() && !is_space(rest_.front()) && rest_.front() != ';' && rest_.front() != '{') {
      // "${name}" is part of a word.
      if (rest_.starts_with("${")) {
        const auto end = std::min(rest_.find('}'), rest_.size() - 1) + 1;
        word += rest_.substr(0, end);
        rest_.remove_prefix(end);
      } else {
        word += take();
      }
    }
    return word;
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> find_includes(std::string_view configuration) {
  std::vector<std::string> found;
  Tokens tokens{configuration};
  bool at_start = true;
  bool is_include = false;
  while (const auto token = tokens.next()) {
    if (!token->word) {
      at_start = true;
      is_include = false;
    } else if (at_start) {
      at_start = false;
      is_include = token->text == "include";
    } else if (is_include) {
      found.push_back(token->text);
      is_include = false;
    }
  }
  return found;
}

}  // namespace acme
