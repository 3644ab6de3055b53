#include "common/dns_provider/small_xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr int kMaxDepth = 16;
constexpr int kMaxElements = 20000;

struct Entity {
  std::string_view name;
  char character;
};
constexpr std::array<Entity, 5> kEntities{{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

/// "amp", "#34", "#x22"; by number only ASCII: there is nothing else to escape in what is read here.
std::optional<char> entity(std::string_view name) {
  for (const auto& known : kEntities) {
    if (known.name == name) return known.character;
  }
  if (!name.starts_with('#')) return std::nullopt;
  const bool hex = name.starts_with("#x");
  const std::string_view digits = name.substr(hex ? 2 : 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
  if (error != std::errc{} || end != digits.data() + digits.size() || number == 0 || number > 127) return std::nullopt;
  return static_cast<char>(number);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_{text} {}

  std::optional<XmlElement> document() {
    if (rest_.starts_with("<?xml") && !skip_past("?>")) return std::nullopt;
    rest_ = trim(rest_);
    auto root = element(1);
    if (!root || !trim(rest_).empty()) return std::nullopt;
    return root;
  }

 private:
  bool skip_past(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + end.size());
    return true;
  }

  /// What stands before `end`, which is skipped.
  std::optional<std::string_view> up_to(std::string_view end) {
    const std::string_view before = rest_.substr(0, rest_.find(end));
    if (!skip_past(end)) return std::nullopt;
    return before;
  }

  std::optional<XmlElement> element(int depth) {
    if (depth > kMaxDepth || ++elements_ > kMaxElements || !rest_.starts_with('<')) return std::nullopt;
    rest_.remove_prefix(1);
    auto tag = up_to(">");
    if (!tag) return std::nullopt;
    const bool empty = tag->ends_with('/');
    if (empty) tag->remove_suffix(1);
    const std::string_view full_name = tag->substr(0, tag->find_first_of(" \t\r\n"));
    // No comment, no CDATA, no end of something else; a '>' in an attribute leaves an odd quote.
    if (full_name.empty() || full_name.find_first_of("!?/&\"'") != std::string_view::npos) return std::nullopt;
    XmlElement made;
    made.name = full_name.substr(full_name.find(':') + 1);
    if (empty) return made;
    if (!content(made, depth)) return std::nullopt;
    const auto end = up_to(">");
    if (!end || trim(*end) != full_name) return std::nullopt;
    return made;
  }

  /// Text and children up to "</", which is skipped.
  bool content(XmlElement& parent, int depth) {
    for (;;) {
      const auto open = rest_.find('<');
      if (open == std::string_view::npos || !add_text(parent.text, rest_.substr(0, open))) return false;
      rest_.remove_prefix(open);
      if (rest_.starts_with("</")) break;
      auto child = element(depth + 1);
      if (!child) return false;
      parent.children.push_back(*std::move(child));
    }
    rest_.remove_prefix(2);
    if (!parent.children.empty()) parent.text.clear();  // only white space between elements
    return true;
  }

  static bool add_text(std::string& out, std::string_view text) {
    while (!text.empty()) {
      const auto ampersand = text.find('&');
      out += text.substr(0, ampersand);
      if (ampersand == std::string_view::npos) break;
      const auto end = text.find(';', ampersand);
      if (end == std::string_view::npos) return false;
      const auto character = entity(text.substr(ampersand + 1, end - ampersand - 1));
      if (!character) return false;
      out += *character;
      text.remove_prefix(end + 1);
    }
    return true;
  }

  std::string_view rest_;
  int elements_ = 0;
};

}  // namespace

const XmlElement* XmlElement::at(std::initializer_list<std::string_view> path) const {
  const XmlElement* here = this;
  for (const auto wanted : path) {
    const auto& all = here->children;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const XmlElement& child) { return child.name == wanted; });
    if (found == all.end()) return nullptr;
    here = &*found;
  }
  return here;
}

std::string XmlElement::text_at(std::initializer_list<std::string_view> path) const {
  const XmlElement* element = at(path);
  return element == nullptr ? std::string{} : element->text;
}

Result<XmlElement> parse_xml(std::string_view text) {
  auto root = Reader{text}.document();
  if (!root) return Error{ErrorKind::malformed, "no valid XML, or more than is read here"};
  return *std::move(root);
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    bool plain = true;
    for (const auto& known : kEntities) {
      if (known.character != character) continue;
      escaped += cat("&", known.name, ";");
      plain = false;
    }
    if (plain) escaped += character;
  }
  return escaped;
}

}  // namespace acme
