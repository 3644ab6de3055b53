#include "common/runtime/status_access.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

bool is_loopback(std::span<const std::uint8_t> bytes) noexcept {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (bytes.size() == 4) return bytes[0] == 127;
  if (bytes.size() != 16) return false;
  if (std::memcmp(bytes.data(), mapped.data(), mapped.size()) == 0) return bytes[12] == 127;
  return std::memcmp(bytes.data(), &in6addr_loopback, bytes.size()) == 0;
}

template <class Address>
bool holds_loopback(const Address& address) noexcept {
  std::array<std::uint8_t, sizeof(Address)> bytes;
  std::memcpy(bytes.data(), &address, sizeof(Address));
  return is_loopback(std::span<const std::uint8_t>{bytes});
}

}  // namespace

Result<StatusAccess> parse_status_access(std::string_view word) {
  if (word == "open") return StatusAccess::open;
  if (word == "local") return StatusAccess::local;
  return Error{ErrorKind::configuration, cat("\"", cleaned(word, 80), "\" is not known"),
               "nothing or \"local\": only clients on this machine; \"open\": whom the server's own rules let in"};
}

bool is_this_machine(const sockaddr& address) noexcept {
  switch (address.sa_family) {
    case AF_UNIX: return true;
    case AF_INET: return holds_loopback(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    case AF_INET6: return holds_loopback(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    default: return false;
  }
}

bool is_this_machine(std::string_view address) noexcept {
  try {
    const auto bytes = parse_ip(address);
    return bytes && is_loopback(*bytes);
  } catch (...) {
    return false;
  }
}

std::optional<std::string_view> below_location(std::string_view path, std::string_view prefix) noexcept {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  return path;
}

}  // namespace acme
