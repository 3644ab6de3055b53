// URLs and addresses of a CA's, an operator's, a redirect's. What this project takes for the host of a URL is what
// libcurl, which connects, takes for it.
#include <curl/curl.h>

#include "common/base/server_address.hpp"
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/dns/socket_address.hpp"
#include "common/preflight/address_kind.hpp"
#include "common/transport/http_target.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

struct AsCurlReads {
  explicit AsCurlReads(const std::string& url) : handle{curl_url()} {
    good = handle != nullptr && curl_url_set(handle, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  }
  AsCurlReads(const AsCurlReads&) = delete;
  AsCurlReads& operator=(const AsCurlReads&) = delete;
  ~AsCurlReads() { curl_url_cleanup(handle); }

  std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (curl_url_get(handle, which, &text, 0) != CURLUE_OK) return {};
    std::string copy = text;
    curl_free(text);
    return copy;
  }

  CURLU* handle;
  bool good = false;
};

bool is_loopback(const std::string& host) {
  return host == "[::1]" || equals_no_case(host, "localhost") ||
         (host.starts_with("127.") && is_of(host, "0123456789."));
}

void check_acceptable(const std::string& url, bool allow_http) {
  if (!acceptable_url(url, allow_http)) return;
  CHECK(is_plain(url));
  const AsCurlReads curl{url};
  if (!curl.good) return;  // and so nobody connects
  const std::string scheme = curl.part(CURLUPART_SCHEME);
  const std::string host = curl.part(CURLUPART_HOST);
  CHECK(scheme == "https" || (scheme == "http" && allow_http && is_loopback(host)));
  CHECK(curl.part(CURLUPART_USER).empty() && curl.part(CURLUPART_PASSWORD).empty());
  const std::string authority = url_authority(url);
  CHECK(authority.find('@') == std::string::npos && authority.find('/') == std::string::npos);
  HttpTrust trust;
  trust.allow_http = allow_http;
  const auto target = parse_target(url, trust);
  check_error_of(target);
  if (target) CHECK(target->tls == (scheme == "https") && target->place.starts_with(host));
}

void check_proxy(const std::string& url) {
  CHECK(is_plain(proxy_place(url)));
  if (!acceptable_proxy_url(url)) return;
  const std::string shown = proxy_without_credentials(url);
  CHECK(shown.find('@') == std::string::npos && acceptable_proxy_url(shown));
  const AsCurlReads curl{url};
  if (curl.good) CHECK(proxy_place(url).starts_with(curl.part(CURLUPART_HOST)));
}

void check_probed(const std::string& text) {
  const auto probed = parse_probed_url(text);
  check_error_of(probed);
  if (probed) CHECK(!probed->host.empty() && probed->host.find_first_of("@/ ") == std::string::npos);
  const auto to = connect_to(text);
  check_error_of(to);
  if (to) CHECK(is_of(*to, "0123456789abcdef.:[]"));
}

void check_address(const std::string& text) {
  const auto address = parse_server_address(text);
  if (address) {
    CHECK(address_kind(address->address) <= AddressKind::reserved);
    const auto again = parse_server_address(address->text());
    CHECK(again && again->address == address->address && again->port == address->port);
    CHECK_EQ(again->text(), address->text());
  } else {
    CHECK(address_kind(text) == AddressKind::reserved);
  }
  const auto socket = to_socket_address(text);
  check_error_of(socket);
  CHECK(socket.ok() || !address);
}

}  // namespace

FUZZ_TARGET(urls) {
  const std::string text{input};
  check_acceptable(text, false);
  check_acceptable(text, true);
  check_proxy(text);
  check_probed(text);
  check_address(text);
}
