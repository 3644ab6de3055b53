// CurlFailure: what libcurl tells about an exchange that ended without an answer, and explain(),
// which turns it into words an operator can act on.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace acme {

/// How far an exchange came.
enum class HttpStage : std::uint8_t { name_lookup, connect, tls_handshake, answer };

struct CurlFailure {
  CURLcode code = CURLE_OK;
  HttpStage stage = HttpStage::name_lookup;
  int os_error = 0;          // errno of a failed connect, 0 when unknown
  long verify_result = 0;    // X509_V_ERR_*, 0 when the chain was fine
  long proxy_status = 0;     // the proxy's answer to CONNECT, 0 when there was none
  bool proxy_login = false;  // user name and password were sent to it
  bool body_too_large = false;
  bool headers_too_large = false;
  std::string place;                    // host:port of the server
  std::string proxy;                    // host:port of the proxy, "" without one
  std::string ca_file;                  // "" for the system's
  std::string detail;                   // libcurl's own words, uncleaned
  std::size_t max_body = 0;             // the request's limit
  std::chrono::milliseconds waited{0};  // how long until a time-out
};

/// What libcurl said of this exchange itself. While it looks for a connection to use, 7.88 writes down here what is
/// wrong with an idle one to anybody (HTTP/2), and then nothing more.
std::string own_words(std::string_view words);

/// ErrorKind::transport, ::server_error, ::configuration (an unreadable ca_file) or ::internal.
/// The message starts with host:port and holds neither bodies nor credentials.
Error explain(const CurlFailure& failure);

}  // namespace acme
