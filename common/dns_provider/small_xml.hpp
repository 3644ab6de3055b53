// A reader for the small XML answers of one API (Route 53): elements and text, nothing else. Strict and bounded: a
// document type, CDATA, a comment within, an unknown entity, more than 16 levels or 20,000 elements are refused.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace acme {

struct XmlElement {
  std::string name;  // without a namespace prefix; attributes are skipped
  std::string text;  // directly within it, entities resolved
  std::vector<XmlElement> children;

  /// The first element on this way down, {"Error", "Message"}; nullptr: there is none.
  const XmlElement* at(std::initializer_list<std::string_view> path) const;
  /// Its text, "" when there is none.
  std::string text_at(std::initializer_list<std::string_view> path) const;
};

/// The root element. ErrorKind::malformed.
Result<XmlElement> parse_xml(std::string_view text);

/// Text as it stands in an element.
std::string xml_escaped(std::string_view text);

}  // namespace acme
