#include "common/dns/server_address.hpp"

#include <netdb.h>

#include <cstring>
#include <memory>

#include "common/base/handle.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

using AddressList = Handle<addrinfo, ::freeaddrinfo>;

struct Written {
  std::string address;
  std::string port;
};

/// Takes "[A]:P", "[A]", "A:P" and "A" apart; more than one colon without brackets is an IPv6 address.
Written take_apart(const std::string& text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string::npos) return {};
    const std::string rest = text.substr(end + 1);
    if (rest.empty()) return {text.substr(1, end - 1), {}};
    return rest[0] == ':' && rest.size() > 1 ? Written{text.substr(1, end - 1), rest.substr(1)} : Written{};
  }
  const auto colon = text.find(':');
  if (colon == std::string::npos || text.find(':', colon + 1) != std::string::npos) return {text, {}};
  return colon + 1 < text.size() ? Written{text.substr(0, colon), text.substr(colon + 1)} : Written{};
}

}  // namespace

Result<ServerAddress> parse_server_address(const std::string& text, std::uint16_t default_port) {
  Written written = take_apart(text);
  if (written.port.empty()) written.port = std::to_string(default_port);
  const auto port = parse_number(written.port);
  Error bad{ErrorKind::configuration, cat('"', cleaned(text, 100), "\" is no IP address of a DNS server"),
            "write ADDRESS, ADDRESS:PORT or [IPv6-ADDRESS]:PORT"};
  if (written.address.empty() || text.find('\0') != std::string::npos || !port || *port == 0 || *port > 65535)
    return bad;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(written.address.c_str(), written.port.c_str(), &hints, &list) != 0) return bad;
  const AddressList owned{list};
  ServerAddress address;
  if (owned->ai_addrlen > sizeof address.storage) return bad;
  std::memcpy(&address.storage, owned->ai_addr, owned->ai_addrlen);
  address.size = owned->ai_addrlen;
  return address;
}

std::string with_port(const std::string& address, std::uint16_t port) {
  return address.find(':') == std::string::npos ? cat(address, ':', port) : cat('[', address, "]:", port);
}

}  // namespace acme
