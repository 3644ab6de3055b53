// The challenge types of ACME that we answer, by their names in RFC 8555, RFC 8737 and the drafts, and which of them
// can prove which name. Lives in base/ because the configuration and the protocol both need it.
#pragma once

#include <array>
#include <string_view>

#include "common/base/identifier.hpp"

namespace acme {

inline constexpr std::string_view kHttp01 = "http-01";
inline constexpr std::string_view kTlsAlpn01 = "tls-alpn-01";
inline constexpr std::string_view kDns01 = "dns-01";
inline constexpr std::string_view kDnsAccount01 = "dns-account-01";  // draft-ietf-acme-dns-account-label
inline constexpr std::string_view kDnsPersist01 = "dns-persist-01";  // draft-ietf-acme-dns-persist

inline constexpr std::array kChallengeTypes{kHttp01, kTlsAlpn01, kDns01, kDnsAccount01, kDnsPersist01};

constexpr bool is_challenge_type(std::string_view type) {
  for (const auto known : kChallengeTypes) {
    if (known == type) return true;
  }
  return false;
}

/// A TXT record is set anew for every order, by a dns_provider.
constexpr bool sets_dns_record(std::string_view type) { return type == kDns01 || type == kDnsAccount01; }

constexpr bool is_dns_challenge(std::string_view type) { return sets_dns_record(type) || type == kDnsPersist01; }

/// A wildcard is proved in the DNS alone (RFC 8555 §7.1.3), an IP address by anything but that (RFC 8738).
inline bool can_prove(std::string_view type, const Identifier& name) {
  if (!is_challenge_type(type)) return false;
  if (name.type == IdentifierType::ip) return !is_dns_challenge(type);
  return is_dns_challenge(type) || !name.wildcard();
}

}  // namespace acme
