// What is known of this server and its machine, for judging what was seen from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace acme {

struct ServerFacts {
  bool nginx = true;
  bool has_port_80 = true;
  bool has_port_443 = false;
  /// IP addresses of this machine's interfaces.
  std::vector<std::string> own_addresses;
};

/// Of this machine: getifaddrs(3).
std::vector<std::string> interface_addresses();

bool has_address(const ServerFacts& server, const std::string& address);
/// A connection to `address` that comes to nothing says nothing: it is not this machine's own, which has none of that
/// family that the world can reach. (Behind a NAT or a load balancer the way from inside to one's own public address
/// often leads nowhere.)
bool may_be_outside_only(const ServerFacts& server, const std::string& address);

/// How this server is told to listen: "add `listen 80;` to ...", "add `Listen 80` and ...".
std::string listen_fix(bool nginx, int port);

/// The program that holds a TCP port, "apache2 (process 123)", where /proc tells this user; "another program" when
/// somebody does; "" when nobody does, or nothing is known.
std::string port_holder(int port);

}  // namespace acme
