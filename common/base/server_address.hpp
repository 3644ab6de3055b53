// The address of a server as an operator writes it: "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace acme {

struct ServerAddress {
  std::string address;  // canonical, no brackets
  std::optional<std::uint16_t> port;

  /// As above: brackets only where a port follows an IPv6 address.
  std::string text() const;
};

/// nullopt: no IP address, or a port that is none.
std::optional<ServerAddress> parse_server_address(std::string_view text);

}  // namespace acme
