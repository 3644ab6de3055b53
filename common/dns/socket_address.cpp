#include "common/dns/socket_address.hpp"

#include <netdb.h>

#include <cstring>

#include "common/base/handle.hpp"
#include "common/base/server_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

using AddressList = Handle<addrinfo, ::freeaddrinfo>;
constexpr std::uint16_t kDnsPort = 53;

}  // namespace

Result<SocketAddress> to_socket_address(const std::string& text) {
  const auto parsed = parse_server_address(text);
  const bool has_zone = text.find('%') != std::string::npos && text.find('\0') == std::string::npos;
  Error bad{ErrorKind::configuration, cat('"', cleaned(text, 100), "\" is no IP address of a DNS server"),
            "write ADDRESS, ADDRESS:PORT or [IPv6-ADDRESS]:PORT"};
  if (!parsed && !has_zone) return bad;
  const std::string host = parsed ? parsed->address : text;
  const std::string port = std::to_string(parsed ? parsed->port.value_or(kDnsPort) : kDnsPort);
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &list) != 0) return bad;
  const AddressList owned{list};
  SocketAddress address;
  if (owned->ai_addrlen > sizeof address.storage) return bad;
  std::memcpy(&address.storage, owned->ai_addr, owned->ai_addrlen);
  address.size = owned->ai_addrlen;
  return address;
}

std::string with_port(const std::string& address, std::uint16_t port) { return ServerAddress{address, port}.text(); }

}  // namespace acme
