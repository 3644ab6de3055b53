#include "common/transport/curl_probe.hpp"

#include <cerrno>

#include "common/transport/http_client.hpp"

namespace acme {

void set_probe_options(EasyOptions& options, curl_slist* connect_to) {
  options.set(CURLOPT_CONNECT_TO, connect_to);
  options.set(CURLOPT_FRESH_CONNECT, 1L);
  options.set(CURLOPT_FORBID_REUSE, 1L);
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  options.set(CURLOPT_PIPEWAIT, 0L);
  options.set(CURLOPT_SSL_VERIFYPEER, 0L);
  options.set(CURLOPT_SSL_VERIFYHOST, 0L);
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_DEFAULT));
  options.set(CURLOPT_MAXFILESIZE_LARGE, curl_off_t{0});  // none: the body is cut instead
  options.set(CURLOPT_HTTP09_ALLOWED, 0L);
}

const char* probe_failure_word(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_OPERATION_TIMEDOUT: {
      const bool connected = failure.stage == HttpStage::answer || failure.stage == HttpStage::tls_handshake;
      return connected ? probe_failure::kSilent : probe_failure::kTimeout;
    }
    case CURLE_COULDNT_CONNECT:
      if (failure.os_error == ECONNREFUSED) return probe_failure::kRefused;
      return failure.os_error == ETIMEDOUT ? probe_failure::kTimeout : probe_failure::kUnreachable;
    case CURLE_SSL_CONNECT_ERROR: return probe_failure::kTls;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return probe_failure::kNoHttp;
    default: return probe_failure::kClosed;
  }
}

}  // namespace acme
