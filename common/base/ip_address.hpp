// IP addresses between their bytes (as in a certificate) and their canonical text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace acme {

/// 4 or 16 bytes in network order; nullopt when `text` is no address (no brackets, no zone).
std::optional<std::vector<std::uint8_t>> parse_ip(std::string_view text);
/// The text of 4 or 16 bytes, IPv6 as in RFC 5952; nullopt for any other size.
std::optional<std::string> format_ip(std::span<const std::uint8_t> bytes);
/// "192.0.2.7" for "7.2.0.192.in-addr.arpa", and the same for the 32 nibbles of an ip6.arpa name (RFC 1035 §3.5, RFC
/// 3596 §2.5); lower case, without a trailing dot. nullopt when it is not the name of just one address.
std::optional<std::string> ip_of_reverse_name(std::string_view name);

}  // namespace acme
