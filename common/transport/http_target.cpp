#include "common/transport/http_target.hpp"

#include "common/base/server_address.hpp"
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/transport/curl_handles.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestProbed = 2000;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  const CurlText owned{text};
  return text;
}

/// "host:port" of a parsed URL.
std::string place(CURLU* url) {
  return cleaned(cat(part(url, CURLUPART_HOST), ":", part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)));
}

/// A URL for a message: nothing of what may be a password in one that has an '@'.
std::string shown(const std::string& url) {
  if (url.find('@') != std::string::npos) return "(not shown: it holds an @)";
  return cleaned(url, 100);
}

}  // namespace

Result<HttpTarget> parse_target(const std::string& url, const HttpTrust& trust) {
  const Error refused{ErrorKind::configuration, cat("the URL ", shown(url), " is refused"),
                      "a CA is spoken to over https only, without a user name in the URL"};
  if (!acceptable_url(url, trust.allow_http)) return refused;
  const CurlUrl parsed{curl_url()};
  if (!parsed) return Error{ErrorKind::internal, "out of memory"};
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) return refused;
  HttpTarget target;
  target.place = place(parsed.get());
  target.tls = part(parsed.get(), CURLUPART_SCHEME) == "https";
  return target;
}

Result<ProbedUrl> parse_probed_url(const std::string& url) {
  const Error refused{ErrorKind::configuration, cat("the URL ", shown(url), " is refused"),
                      "http and https, ports 80 and 443"};
  const CurlUrl parsed{curl_url()};
  if (!parsed) return Error{ErrorKind::internal, "out of memory"};
  if (url.size() > kLongestProbed) return refused;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) return refused;
  const std::string scheme = part(parsed.get(), CURLUPART_SCHEME);
  const std::string port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if ((scheme != "http" && scheme != "https") || (port != "80" && port != "443")) return refused;
  ProbedUrl target;
  target.host = to_lower(part(parsed.get(), CURLUPART_HOST));
  if (target.host.starts_with('[') && target.host.ends_with(']'))
    target.host = target.host.substr(1, target.host.size() - 2);
  target.tls = scheme == "https";
  if (target.host.empty()) return refused;
  return target;
}

Result<std::string> connect_to(const std::string& probe_address) {
  const auto to = parse_server_address(probe_address);
  if (!to) return Error{ErrorKind::configuration, cat(cleaned(probe_address, 100), " is no IP address")};
  const bool brackets = to->address.find(':') != std::string::npos;
  return cat("::", brackets ? "[" : "", to->address, brackets ? "]:" : ":", to->port ? cat(*to->port) : "");
}

Result<HttpTarget> probe_place(const HttpRequest& request) {
  const bool plain = request.method == "GET" && request.body.empty() && request.headers.empty();
  if (!plain || !request.trust.proxy.empty() || request.max_redirects > 0) {
    return Error{ErrorKind::internal, "a probe is a bare GET, straight to the address"};
  }
  auto target = parse_probed_url(request.url);
  if (!target) return std::move(target).error();
  auto to = connect_to(request.probe_address);
  if (!to) return std::move(to).error();
  HttpTarget place;
  place.place = request.probe_address;
  place.tls = target->tls;
  place.connect_to = *std::move(to);
  return place;
}

std::string proxy_place(const std::string& proxy) {
  const CurlUrl parsed{curl_url()};
  constexpr unsigned flags = CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, proxy.c_str(), flags) != CURLUE_OK) return "the proxy";
  const std::string port = part(parsed.get(), CURLUPART_PORT);
  // 1080 is libcurl's default port for every kind of proxy but https.
  return cleaned(cat(part(parsed.get(), CURLUPART_HOST), ":", port.empty() ? "1080" : port));
}

}  // namespace acme
