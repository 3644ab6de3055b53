// HttpClient: one HTTP exchange with a CA or a DNS provider's API, awaited.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/task.hpp"

namespace acme {

/// How a server is to be trusted and reached; one per issuer.
struct HttpTrust {
  std::string ca_file;      // PEM roots; empty: the system's
  bool verify = true;       // false only by the operator's `ssl_verify off`
  bool allow_http = false;  // plain http to a loopback host
  std::string proxy;        // URL; empty: none (the environment's proxy variables are ignored)
};

struct HttpRequest {
  explicit HttpRequest(std::string u) : url{std::move(u)} {}
  std::string method = "GET";  // GET, HEAD, POST, PUT, PATCH, DELETE
  std::string url;
  std::string content_type;  // of the body: POST, PUT, PATCH send one always, DELETE when it is not empty
  std::string body;
  std::vector<std::string> headers;  // "Accept: application/pem-certificate-chain"
  HttpTrust trust;
  std::chrono::milliseconds timeout{30000};  // the whole exchange; connecting gets at most a third
  std::size_t max_body = 1024 * 1024;        // more is ErrorKind::server_error
  bool ignore_body = false;  // the answer's: none is returned, a longer one than max_body is not awaited
  /// libcurl repeats a request by itself when a kept connection breaks before the answer begins. Not this one:
  /// it may have arrived, which is then ErrorKind::transport.
  bool never_twice = false;
  int max_redirects = 0;  // GET only, https only (see allow_http)
  /// Not a request to a CA or an API but a look at what answers for a name, as a CA's validation does: the connection
  /// goes to this IP address ("ADDRESS[:PORT]") whatever the URL's host is. GET only, plain http too, ports 80 and 443
  /// only, no proxy, no trust, no kept connection, no redirect followed; of a larger body the first max_body bytes.
  std::string probe_address;
};

/// Error::problem_type of a probe without an answer.
namespace probe_failure {
inline constexpr const char* kRefused = "refused";
inline constexpr const char* kTimeout = "timeout";          // no connection
inline constexpr const char* kSilent = "silent";            // a connection, and no answer over it
inline constexpr const char* kUnreachable = "unreachable";  // no way there from this machine
inline constexpr const char* kClosed = "closed";            // before an answer
inline constexpr const char* kTls = "tls";
inline constexpr const char* kNoHttp = "no-http";
}  // namespace probe_failure

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string effective_url;
  std::string redirect;                                      // where a 3xx leads, as an absolute URL; or empty
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, of the last answer

  /// The first value of a header, "" when absent. `name` in lower case.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : headers) {
      if (key == name) values.push_back(value);
    }
    return values;
  }
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Any HTTP status is a response. Errors: transport (no answer; the message says host and cause,
  /// the hint what to check: DNS, firewall, trust), server_error (too large, not HTTP),
  /// configuration (a URL that is not https), internal (a method that is not among those above), cancelled. Retries
  /// nothing itself.
  virtual Task<Result<HttpResponse>> send(HttpRequest request) = 0;
};

}  // namespace acme
