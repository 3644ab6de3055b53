// Percent-encoding (RFC 3986 §2), and what a form makes of it in a query.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// Text as one piece of a path or a query: all but unreserved characters is encoded, in capitals.
std::string percent_encoded(std::string_view text);
/// A name or value of a query: "+" is a space, "%41" an "A"; a "%" before anything else stays. Any bytes may come out.
std::string form_decoded(std::string_view text);

}  // namespace acme
