// Why a certificate is revoked (RFC 5280 §5.3.1), as an operator writes it: those reasons that a subscriber may give.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acme {

inline constexpr int kKeyCompromise = 1;

/// The number for "keyCompromise", "KEYCOMPROMISE" or "1"; nullopt: none of 0, 1, 3, 4, 5.
std::optional<int> parse_revocation_reason(std::string_view word);
/// "keyCompromise"; empty for a number that is none of these.
std::string_view revocation_reason_name(int reason);
/// "unspecified (0), keyCompromise (1), ...", for messages.
std::string revocation_reason_words();

}  // namespace acme
