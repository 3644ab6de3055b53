// SocketAddress: a DNS server's address as a socket takes it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace acme {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const noexcept { return storage.ss_family; }
};

/// What base/server_address.hpp reads, and "fe80::1%eth0" as resolv.conf may have it; asks nobody. Port 53 when there
/// is none. ErrorKind::configuration: anything else, host names too.
Result<SocketAddress> to_socket_address(const std::string& text);

/// "192.0.2.1:53", "[2001:db8::1]:53".
std::string with_port(const std::string& address, std::uint16_t port);

}  // namespace acme
