// Where a certificate stands, in one word: on the status page, in metrics, in acmectl and in $acme_status.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace acme {

/// In the order of their names below; stored and shown by name, so a new one goes to the end.
enum class CertificateStanding : std::uint8_t {
  valid,
  none,      // nothing but the placeholder so far
  ordering,  // an order is under way
  failing,   // the last attempt failed
  expired,
  revoked,
  orphan,    // stored, in no configuration
  expiring,  // valid for less than a fifth of its lifetime still, and its renewal failed
};
inline constexpr std::size_t kStandings = 8;

/// "valid", "none", "ordering", ...
const char* standing_name(CertificateStanding standing);
std::optional<CertificateStanding> parse_standing(std::string_view name);

/// What the server's own listener was seen to serve for a certificate.
enum class ServedState : std::uint8_t {
  unknown,      // not looked yet, or nothing of ours listens there
  live,         // exactly this certificate
  other,        // another one: an old process, another server in front, a static certificate
  unreachable,  // no TLS connection to the listener
};
inline constexpr std::size_t kServedStates = 4;

/// "unknown", "live", "other", "unreachable".
const char* served_name(ServedState served);
std::optional<ServedState> parse_served(std::string_view name);

}  // namespace acme
