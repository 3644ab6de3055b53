#include "common/base/url.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

bool visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

/// What stands between the scheme and the path.
std::string_view authority_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

/// The host of "host", "host:port" or "[v6]:port"; empty when the form or the port is wrong.
std::string_view host_of(std::string_view authority) {
  const bool bracketed = !authority.empty() && authority.front() == '[';
  const auto host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) return {};
  const auto end = std::min(authority.size(), bracketed ? host_end + 1 : host_end);
  const std::string_view port = authority.substr(end);
  if (!port.empty()) {
    const auto number = port.front() == ':' ? parse_number(port.substr(1)) : std::nullopt;
    if (!number || *number == 0 || *number > 65535) return {};
  }
  return authority.substr(0, end);
}

bool host_characters(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == ':' || c == '[' || c == ']';
  });
}

bool is_loopback(std::string_view host) {
  if (equals_no_case(host, "localhost") || host == "[::1]") return true;
  const auto labels = split(host, '.');
  if (labels.size() != 4 || labels[0] != "127") return false;
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    const auto number = parse_number(label);
    return number && *number <= 255;
  });
}

}  // namespace

bool acceptable_url(std::string_view url, bool allow_http) {
  if (url.size() > kMaxUrl || !visible_ascii(url)) return false;
  const bool https = starts_with_no_case(url, kHttps);
  if (!https && !(allow_http && starts_with_no_case(url, kHttp))) return false;
  const std::string_view host = host_of(authority_of(url));
  if (host.empty() || !host_characters(host)) return false;
  return https || is_loopback(host);
}

std::string url_authority(std::string_view url) { return std::string{authority_of(url)}; }

}  // namespace acme
