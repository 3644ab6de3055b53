#include "common/base/server_address.hpp"

#include <algorithm>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"

namespace acme {

std::string ServerAddress::text() const {
  if (!port) return address;
  const bool v6 = address.find(':') != std::string::npos;
  return v6 ? cat("[", address, "]:", *port) : cat(address, ":", *port);
}

std::optional<ServerAddress> parse_server_address(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
    port = text.substr(end + 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(host.size());
  }
  const auto bytes = parse_ip(host);
  if (!bytes) return std::nullopt;
  ServerAddress result;
  result.address = format_ip(*bytes).value_or("");
  if (port.empty()) return result;
  const auto number = port.front() == ':' ? parse_number(port.substr(1)) : std::nullopt;
  if (!number || *number == 0 || *number > 65535) return std::nullopt;
  result.port = static_cast<std::uint16_t>(*number);
  return result;
}

}  // namespace acme
