// The HTTP response headers ACME needs beside the body: Retry-After and Link.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.hpp"

namespace acme {

/// Seconds to wait, from delta-seconds or an HTTP date (RFC 9110 §10.2.3), never negative, at most
/// 8 days. nullopt for an absent, negative or unreadable value.
std::optional<Seconds> parse_retry_after(std::string_view value, UtcTime now);

/// Targets of all links with this relation type ("alternate", "up", "terms-of-service") in the
/// values of the Link headers (RFC 8288), as written (absolute in ACME).
std::vector<std::string> link_targets(const std::vector<std::string>& link_headers, std::string_view relation);

}  // namespace acme
