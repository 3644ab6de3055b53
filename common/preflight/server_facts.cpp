#include "common/preflight/server_facts.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <span>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/preflight/address_kind.hpp"

namespace acme {

namespace {

template <class Address>
std::optional<std::string> text_of(const Address& address) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&address);
  return format_ip({bytes, sizeof address});
}

std::optional<std::string> address_of(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) return text_of(reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
  if (address->sa_family == AF_INET6) return text_of(reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
  return std::nullopt;
}

}  // namespace

std::vector<std::string> interface_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned{list, ::freeifaddrs};
  std::vector<std::string> addresses;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (auto text = address_of(each->ifa_addr)) addresses.push_back(*std::move(text));
  }
  return addresses;
}

bool has_address(const ServerFacts& server, const std::string& address) {
  if (address_kind(address) == AddressKind::loopback) return true;
  const auto& own = server.own_addresses;
  return std::find(own.begin(), own.end(), address) != own.end();
}

bool may_be_outside_only(const ServerFacts& server, const std::string& address) {
  if (has_address(server, address)) return false;
  const auto& own = server.own_addresses;
  return std::none_of(own.begin(), own.end(), [&](const std::string& one) {
    return is_ipv6(one) == is_ipv6(address) && address_kind(one) == AddressKind::global;
  });
}

std::string listen_fix(bool nginx, int port) {
  if (port == 80) {
    return nginx ? "add a server block with `listen 80; listen [::]:80;` for the name"
                 : "add `Listen 80` and a <VirtualHost *:80> for the name";
  }
  return nginx ? "add `listen 443 ssl; listen [::]:443 ssl;` to its server block"
               : "add `Listen 443` and a <VirtualHost *:443> with SSLEngine on";
}

}  // namespace acme
