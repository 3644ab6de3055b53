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
};

/// ErrorKind::configuration for a URL that is not acceptable (base/url.hpp).
Result<HttpTarget> parse_target(const std::string& url, const HttpTrust& trust);

/// "proxy.example:3128" of a proxy URL; "the proxy" when it does not parse.
std::string proxy_place(const std::string& proxy);

}  // namespace acme
