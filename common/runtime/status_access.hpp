// Who may read the status page, and which part of it: what both servers decide about a request before it is answered.
//
// `local` is for a machine's own operators, over an SSH tunnel too. A client is local when the connection comes from
// this machine and nothing says that it was passed on for somebody else: with a proxy in front on the same machine
// every client of the Internet would be local otherwise.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/result.hpp"

namespace acme {

enum class StatusAccess : std::uint8_t {
  none,   // not served here
  local,  // to this machine only
  open,   // whom the server's own rules let in
};

/// The argument of acme_status: "open" or "local". ErrorKind::configuration.
Result<StatusAccess> parse_status_access(std::string_view word);

/// 127.0.0.0/8, also inside ::ffff:0:0/96, ::1, a unix socket.
bool is_this_machine(const sockaddr& address) noexcept;
/// The same for an address as text, as the PROXY protocol has it.
bool is_this_machine(std::string_view address) noexcept;

/// Request headers by which a proxy says that the request is another's; lower case.
inline constexpr std::array<std::string_view, 4> kForwardingHeaders{"forwarded", "x-forwarded-for", "x-real-ip", "via"};

/// What follows a location's prefix ("/acme", "/acme/" or "/") in a decoded path: "" or "/...". nullopt: the path only
/// begins with the same letters, like "/acmeXYZ".
std::optional<std::string_view> below_location(std::string_view path, std::string_view prefix) noexcept;

}  // namespace acme
