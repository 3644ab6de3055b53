// Internationalised domain names (IDNA 2008 with the mapping of UTS #46): as people write them, and as DNS and
// certificates have them. The only user of libidn2.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace acme {

/// "Bücher.example" -> "xn--bcher-kva.example". ErrorKind::configuration says what is wrong with the name.
Result<std::string> to_ascii_name(std::string_view utf8);

/// "xn--bcher-kva.example" -> "bücher.example"; what does not decode, or not to a name that leads back to the same
/// A-labels, stays as it is. For people only: a name in another script may look like one it is not.
std::string to_unicode_name(std::string_view ascii);

}  // namespace acme
