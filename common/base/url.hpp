// Which URLs may be used at all: those an operator writes and those a CA answers with.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// https with a host, without user info, at most 2048 visible ASCII characters; http only for a
/// loopback host (127.0.0.0/8, [::1], localhost) and when `allow_http`.
bool acceptable_url(std::string_view url, bool allow_http);

/// "host" or "host:port" of an acceptable URL, for messages.
std::string url_authority(std::string_view url);

}  // namespace acme
