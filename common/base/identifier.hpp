// Identifier: a DNS name or an IP address that a certificate is for (RFC 8555 §9.7.7, RFC 8738).
// Lives in base/ because every layer speaks of names.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace acme {

enum class IdentifierType : std::uint8_t { dns, ip };

struct Identifier {
  IdentifierType type = IdentifierType::dns;
  /// dns: lower-case A-labels without a trailing dot, "*." in front for a wildcard.
  /// ip: the canonical text form (RFC 5952 for IPv6).
  std::string value;

  bool wildcard() const { return type == IdentifierType::dns && value.rfind("*.", 0) == 0; }
  friend auto operator<=>(const Identifier&, const Identifier&) = default;
};

}  // namespace acme
