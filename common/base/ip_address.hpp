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

}  // namespace acme
