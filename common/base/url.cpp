#include "common/base/url.hpp"

#include <algorithm>
#include <utility>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMaxHost = 253;

bool is_url_character(char c) {
  return c > ' ' && c < '\x7f' && std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto address = host.ends_with(']') ? parse_ip(host.substr(1, host.size() - 2)) : std::nullopt;
    return address && address->size() == 16;
  }
  return !host.empty() && host.size() <= kMaxHost && host.front() != '.' && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), is_host_character);
}

bool is_loopback(std::string_view host) {
  if (equals_no_case(host, "localhost") || host == "[::1]") return true;
  const auto address = parse_ip(host);
  return address && address->size() == 4 && address->front() == 127;
}

/// What stands between the scheme and the path.
std::string_view authority_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

/// "" or ":" and a number from 1 to 65535.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  const auto port = parse_number(text.substr(1));
  return text.front() == ':' && port && *port >= 1 && *port <= 65535;
}

/// "host", "host:8443", "[::1]:8443" in two.
std::pair<std::string_view, std::string_view> host_and_port(std::string_view authority) {
  const auto after_address = authority.find(']');
  const auto port = authority.find(':', after_address == std::string_view::npos ? 0 : after_address);
  return {authority.substr(0, port), port == std::string_view::npos ? std::string_view{} : authority.substr(port)};
}

bool of_url_characters(std::string_view url) {
  return url.size() <= kMaxUrl && std::all_of(url.begin(), url.end(), is_url_character);
}

}  // namespace

bool acceptable_url(std::string_view url, bool allow_http) {
  if (!of_url_characters(url)) return false;
  const bool https = starts_with_no_case(url, "https://");
  if (!https && !(allow_http && starts_with_no_case(url, "http://"))) return false;
  const std::string_view authority = authority_of(url);
  if (authority.find('@') != std::string_view::npos) return false;
  const auto [host, port] = host_and_port(authority);
  if (!is_host(host) || !is_port(port)) return false;
  return https || is_loopback(host);
}

bool acceptable_proxy_url(std::string_view url) {
  const bool known_scheme = starts_with_no_case(url, "http://") || starts_with_no_case(url, "https://");
  if (!known_scheme || !of_url_characters(url)) return false;
  const std::string_view authority = authority_of(url);
  const auto behind = url.substr(url.find("://") + 3 + authority.size());
  const auto [host, port] = host_and_port(authority.substr(authority.rfind('@') + 1));
  return is_host(host) && !port.empty() && is_port(port) && (behind.empty() || behind == "/");
}

std::string proxy_without_credentials(std::string_view url) {
  const std::string_view authority = authority_of(url);
  return cat(url.substr(0, url.find("://") + 3), authority.substr(authority.rfind('@') + 1));
}

std::string url_authority(std::string_view url) { return std::string{authority_of(url)}; }

}  // namespace acme
