// TXT values as zone files write them, which is how most APIs take and show them (RFC 1035 §5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acme {

/// `a "b"` -> `"a \"b\""`. For values of at most 255 bytes, one string of a record.
std::string quote_txt(std::string_view value);

/// The strings of `"a" "b"`, with \" and \DDD resolved; what begins with no quote is one string as it stands. Lenient:
/// this is read only to be compared.
std::vector<std::string> txt_strings(std::string_view written);

/// txt_strings() joined: what a resolver makes of it.
std::string txt_text(std::string_view written);

}  // namespace acme
