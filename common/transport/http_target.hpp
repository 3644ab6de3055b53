// HttpTarget: where a request goes, taken from its URL. URLs come from a CA or an operator, so this
// is where those that must never be contacted are refused.
#pragma once

#include <string>

#include "common/transport/http_client.hpp"

namespace acme {

struct HttpTarget {
  /// "acme.example:443": how messages name it. Never holds a user, a password or a path.
  std::string place;
  bool tls = true;
  std::string connect_to;  // of a probe, for CURLOPT_CONNECT_TO: "::192.0.2.1:"; else empty
};

/// ErrorKind::configuration for a URL that is not acceptable (base/url.hpp).
Result<HttpTarget> parse_target(const std::string& url, const HttpTrust& trust);

/// Where a probe goes: the same errors as of the two below, and internal for one that would send more than a GET.
Result<HttpTarget> probe_place(const HttpRequest& request);

/// Of a URL that is to be probed (HttpRequest::probe_address).
struct ProbedUrl {
  std::string host;  // lower case, an IPv6 address without brackets
  bool tls = false;
};
/// ErrorKind::configuration: neither http nor https, another port than 80 and 443, a user name, or no URL.
Result<ProbedUrl> parse_probed_url(const std::string& url);

/// For CURLOPT_CONNECT_TO: "::192.0.2.1:" of a HttpRequest::probe_address; ErrorKind::configuration.
Result<std::string> connect_to(const std::string& probe_address);

/// "proxy.example:3128" of a proxy URL; "the proxy" when it does not parse.
std::string proxy_place(const std::string& proxy);

}  // namespace acme
