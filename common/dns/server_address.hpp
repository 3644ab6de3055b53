// ServerAddress: a DNS server by its IP address and port, as a socket takes it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace acme {

struct ServerAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const noexcept { return storage.ss_family; }
};

/// "192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "fe80::1%eth0", "[2001:db8::1]:5353"; asks nobody.
/// ErrorKind::configuration: anything else, host names too.
Result<ServerAddress> parse_server_address(const std::string& text, std::uint16_t default_port = 53);

/// "192.0.2.1:53", "[2001:db8::1]:53": what parse_server_address() reads.
std::string with_port(const std::string& address, std::uint16_t port);

}  // namespace acme
