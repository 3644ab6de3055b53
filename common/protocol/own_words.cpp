#include "common/protocol/own_words.hpp"

#include <algorithm>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::string_view kPunctuation = "[](),;:.'";

std::string_view stripped(std::string_view word) {
  const auto begin = word.find_first_not_of(kPunctuation);
  if (begin == std::string_view::npos) return {};
  return word.substr(begin, word.find_last_not_of(kPunctuation) - begin + 1);
}

/// "2001:db8::1", "2001:db8::1:", "[2001:db8::1]:80".
bool is_ipv6(std::string_view word) {
  if (std::count(word.begin(), word.end(), ':') < 2) return false;
  if (const auto open = word.find('['); open != std::string_view::npos) {
    const auto close = word.find(']', open);
    if (close != std::string_view::npos) word = word.substr(open + 1, close - open - 1);
  }
  for (;;) {
    const auto bytes = parse_ip(word);
    if (bytes) return bytes->size() == 16;
    if (word.empty() || (word.back() != ':' && word.back() != ',')) return false;
    word.remove_suffix(1);
  }
}

/// URLs, host names and addresses of IPv4, with what clings to them.
bool is_place(std::string_view word) {
  if (word.find("://") != std::string_view::npos) return true;
  const auto dot = stripped(word).find('.');
  return dot != std::string_view::npos;
}

}  // namespace

OwnWords own_words(std::string_view detail) {
  OwnWords words;
  std::string own;
  bool quoting = false;
  for (std::size_t i = 0; i < detail.size(); ++i) {
    const char c = detail[i];
    if (c == '<' && !quoting) {  // a page without quotes: nothing after it is the CA's for sure
      words.quoted += to_lower(detail.substr(i));
      break;
    }
    if (quoting && c == '\\' && i + 1 < detail.size()) {
      words.quoted.push_back(detail[++i]);
      continue;
    }
    if (c == '"') {
      quoting = !quoting;
      words.quoted.push_back(' ');
      own.push_back(' ');
      continue;
    }
    (quoting ? words.quoted : own).push_back(c);
  }
  words.quoted = to_lower(words.quoted);
  own = to_lower(own);
  for (const auto word : split(own, ' ')) {
    if (word.empty()) continue;
    if (is_ipv6(word)) {
      words.at_ipv6 = true;
    } else if (!is_place(word)) {
      words.text += cat(words.text.empty() ? "" : " ", word);
    }
  }
  return words;
}

}  // namespace acme
