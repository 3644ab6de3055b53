#include "common/transport/curl_failure.hpp"

#include <cerrno>
#include <system_error>

#include "common/base/text.hpp"
#include "common/protocol/advice_texts.hpp"

namespace acme {

namespace {

// X509_V_ERR_*, as libcurl hands them out (CURLINFO_SSL_VERIFYRESULT); stable since OpenSSL 0.9.
constexpr long kNotYetValid = 9;
constexpr long kExpired = 10;

// CURLE_TOO_LARGE since libcurl 8.6; before it said CURLE_OUT_OF_MEMORY of a line that is longer than it keeps.
constexpr int kTooLarge = 100;

constexpr const char* kNotHttp = "the answer is not valid HTTP";

Error transport(const CurlFailure& failure, const std::string& what, std::string_view hint) {
  return {ErrorKind::transport, cat(failure.place, ": ", what), std::string{hint}};
}

Error bad_answer(const CurlFailure& failure, const std::string& what) {
  return {ErrorKind::server_error, cat(failure.place, ": ", what), std::string{advice("not-acme")}};
}

std::string with_detail(const char* what, const CurlFailure& failure) {
  // libcurl quotes a proxy URL it does not like, password and all.
  if (failure.detail.empty() || failure.detail.find('@') != std::string::npos) return what;
  return cat(what, ": ", cleaned(failure.detail, 200));
}

std::string via_proxy(const CurlFailure& failure) {
  return failure.proxy.empty() ? std::string{} : cat(" to the proxy ", failure.proxy);
}

Error could_not_connect(const CurlFailure& failure) {
  const bool no_route = failure.os_error == ENETUNREACH || failure.os_error == EHOSTUNREACH;
  const std::string_view hint = !failure.proxy.empty() ? advice("proxy")
                                : no_route             ? advice("ca-route")
                                                       : advice("ca-firewall");
  const std::string cause = failure.os_error == 0 ? "no connection"
                            : failure.os_error == ECONNREFUSED
                                ? "connection refused"
                                : to_lower(std::generic_category().message(failure.os_error));
  if (failure.proxy.empty()) return transport(failure, cause, hint);
  return transport(failure, cat("the proxy ", failure.proxy, ": ", cause), hint);
}

Error timed_out(const CurlFailure& failure) {
  const std::string within = cat(" within ", (failure.waited.count() + 999) / 1000, " s");
  switch (failure.stage) {
    case HttpStage::name_lookup: return transport(failure, cat("not reached", within), advice("ca-dns"));
    case HttpStage::connect:
      return transport(failure, cat("timed out: no connection", via_proxy(failure), within), advice("ca-firewall"));
    case HttpStage::tls_handshake:
      return transport(failure, cat("timed out: no TLS handshake", within), advice("ca-firewall"));
    case HttpStage::answer: return transport(failure, cat("timed out: no complete answer", within), advice("ca-slow"));
  }
  return transport(failure, "timed out", advice("ca-slow"));
}

Error not_trusted(const CurlFailure& failure) {
  const std::string cause = cleaned(failure.detail, 200);
  // libcurl compares the name before it asks OpenSSL for the verdict on the chain.
  if (failure.verify_result == 0 || cause.find("subject name") != std::string::npos) {
    return transport(failure, cat("TLS: the server's certificate is for another name: ", cause), advice("ca-name"));
  }
  if (failure.verify_result == kExpired || failure.verify_result == kNotYetValid) {
    const char* when = failure.verify_result == kExpired ? "has expired" : "is not valid yet";
    return transport(failure, cat("TLS: the server's certificate ", when), advice("ca-clock"));
  }
  const std::string roots = failure.ca_file.empty() ? "the system's roots" : failure.ca_file;
  return transport(failure, cat("TLS: the server's certificate is not trusted by ", roots, ": ", cause),
                   advice("ca-untrusted"));
}

/// Headers come first: what does not fit while an answer is read is one of theirs.
bool is_endless_header(const CurlFailure& failure) {
  const int code = failure.code;
  return failure.headers_too_large || code == kTooLarge ||
         (code == CURLE_OUT_OF_MEMORY && failure.stage == HttpStage::answer);
}

Error unreadable_roots(const CurlFailure& failure) {
  const std::string roots = failure.ca_file.empty() ? "the system's roots" : failure.ca_file;
  return {ErrorKind::configuration, cat(failure.place, ": cannot read trusted certificates from ", roots),
          std::string{failure.ca_file.empty() ? advice("ca-roots") : advice("ca-roots-file")}};
}

Error through_proxy(const CurlFailure& failure) {
  if (failure.proxy_status >= 400) {
    const std::string_view who = failure.proxy_login ? advice("proxy-password") : advice("proxy-login");
    const std::string_view hint = failure.proxy_status == 407 ? who : advice("proxy");
    return transport(failure, cat("the proxy ", failure.proxy, " answered ", failure.proxy_status), hint);
  }
  return transport(failure, with_detail(cat("the proxy ", failure.proxy, " failed").c_str(), failure), advice("proxy"));
}

}  // namespace

std::string own_words(std::string_view words) {
  return words.starts_with("h2_process_pending_input") ? std::string{} : std::string{words};
}

Error explain(const CurlFailure& failure) {
  if (failure.body_too_large) {
    return bad_answer(failure, cat("an answer of more than ", failure.max_body, " bytes"));
  }
  if (is_endless_header(failure)) return bad_answer(failure, "too many or too long headers");
  if (failure.proxy_status >= 400) return through_proxy(failure);
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST: return transport(failure, "could not resolve the host name", advice("ca-dns"));
    case CURLE_COULDNT_RESOLVE_PROXY:
      return transport(failure, cat("could not resolve the name of the proxy ", failure.proxy), advice("proxy"));
    case CURLE_COULDNT_CONNECT: return could_not_connect(failure);
    case CURLE_PROXY: return through_proxy(failure);
    case CURLE_OPERATION_TIMEDOUT: return timed_out(failure);
    case CURLE_PEER_FAILED_VERIFICATION: return not_trusted(failure);
    case CURLE_SSL_CACERT_BADFILE: return unreadable_roots(failure);
    case CURLE_SSL_CONNECT_ERROR:
      return transport(failure, with_detail("TLS handshake failed", failure), advice("ca-slow"));
    case CURLE_GOT_NOTHING: return transport(failure, "connection closed without an answer", advice("ca-slow"));
    case CURLE_RECV_ERROR:
      if (failure.detail.find("chunk") != std::string::npos) return bad_answer(failure, with_detail(kNotHttp, failure));
      return transport(failure, with_detail("connection broken", failure), advice("ca-slow"));
    // HttpRequest::never_twice.
    case CURLE_SEND_FAIL_REWIND: return transport(failure, "connection broken before the answer", advice("ca-slow"));
    case CURLE_SEND_ERROR: return transport(failure, with_detail("connection broken", failure), advice("ca-slow"));
    case CURLE_PARTIAL_FILE: return bad_answer(failure, "the answer was cut short");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return bad_answer(failure, with_detail(kNotHttp, failure));
    case CURLE_OUT_OF_MEMORY: return {ErrorKind::internal, cat(failure.place, ": out of memory"), {}};
    default: return transport(failure, with_detail(curl_easy_strerror(failure.code), failure), advice("ca-slow"));
  }
}

}  // namespace acme
