// Which URLs may be used at all: those an operator writes and those a CA answers with.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// https with a host, without user info, at most 2048 visible ASCII characters; http only for a
/// loopback host (127.0.0.0/8, [::1], localhost) and when `allow_http`.
bool acceptable_url(std::string_view url, bool allow_http);

/// "http://host:port" or "https://host:port", with or without "user:password@" in front of the host, nothing behind
/// but one slash. The port is needed: libcurl's default for proxies (1080) is nobody's guess.
bool acceptable_proxy_url(std::string_view url);
/// The same without user and password, for messages.
std::string proxy_without_credentials(std::string_view url);

/// "host" or "host:port" of an acceptable URL, for messages.
std::string url_authority(std::string_view url);

}  // namespace acme
