// What an IP address in the DNS is good for: only a public one can be reached by a CA of the public web.
#pragma once

#include <cstdint>
#include <string_view>

namespace acme {

enum class AddressKind : std::uint8_t {
  global,
  loopback,
  private_use,    // RFC 1918, unique local addresses of IPv6
  carrier,        // 100.64.0.0/10: behind a provider's NAT (RFC 6598)
  link_local,     // 169.254.0.0/16, fe80::/10
  documentation,  // examples, benchmarks
  reserved,       // unspecified, multicast, and what nobody has
};

/// `reserved` also for what is no address.
AddressKind address_kind(std::string_view address);
/// "a private address": with its article.
const char* address_kind_words(AddressKind kind);

inline bool is_ipv6(std::string_view address) { return address.find(':') != std::string_view::npos; }

}  // namespace acme
