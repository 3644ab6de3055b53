// Percent-encoding (RFC 3986 §2).
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// Text as one piece of a path or a query: all but unreserved characters is encoded, in capitals.
std::string percent_encoded(std::string_view text);

}  // namespace acme
