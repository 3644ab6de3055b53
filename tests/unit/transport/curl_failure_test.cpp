#include "common/transport/curl_failure.hpp"

#include <cerrno>

#include "common/base/log.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

CurlFailure failure(CURLcode code) {
  CurlFailure made;
  made.code = code;
  made.place = "ca.test:443";
  made.max_body = 1000;
  made.waited = std::chrono::milliseconds{9999};
  return made;
}

std::string words(const CurlFailure& made) { return describe(explain(made)); }

bool begins(const CurlFailure& made, const std::string& text) {
  const std::string all = words(made);
  if (!all.starts_with(text)) print_message("%s\n", all.c_str());
  return all.starts_with(text);
}

}  // namespace

static void every_code_has_a_kind_and_words() {
  for (int code = 1; code < CURL_LAST; ++code) {
    const Error error = explain(failure(static_cast<CURLcode>(code)));
    CHECK(error.message.starts_with("ca.test:443: "));
    CHECK(error.message.size() > 20);
    CHECK(error.kind == ErrorKind::transport || error.kind == ErrorKind::server_error ||
          error.kind == ErrorKind::configuration || error.kind == ErrorKind::internal);
    if (error.kind != ErrorKind::internal) CHECK(!error.hint.empty());
  }
}

static void a_failed_connect_says_why() {
  auto made = failure(CURLE_COULDNT_CONNECT);
  CHECK(begins(made, "ca.test:443: no connection"));
  made.os_error = ECONNREFUSED;
  CHECK(begins(made, "ca.test:443: connection refused (this machine does not get out"));
  made.os_error = ENETUNREACH;
  CHECK(begins(made, "ca.test:443: network is unreachable (this machine has no way to the CA"));
  made.proxy = "proxy.test:3128";
  made.os_error = ECONNREFUSED;
  CHECK(begins(made, "ca.test:443: the proxy proxy.test:3128: connection refused (check the `proxy`"));
}

static void a_time_out_says_how_far_it_came() {
  auto made = failure(CURLE_OPERATION_TIMEDOUT);
  made.stage = HttpStage::name_lookup;
  CHECK(begins(made, "ca.test:443: not reached within 10 s"));
  made.stage = HttpStage::connect;
  CHECK(begins(made, "ca.test:443: timed out: no connection within 10 s"));
  made.stage = HttpStage::tls_handshake;
  CHECK(begins(made, "ca.test:443: timed out: no TLS handshake within 10 s"));
  made.stage = HttpStage::answer;
  CHECK(begins(made, "ca.test:443: timed out: no complete answer within 10 s"));
}

static void certificates_lead_to_the_right_hint() {
  auto made = failure(CURLE_PEER_FAILED_VERIFICATION);
  made.verify_result = 10;
  CHECK(begins(made, "ca.test:443: TLS: the server's certificate has expired (mostly this machine's clock"));
  made.verify_result = 9;
  CHECK(begins(made, "ca.test:443: TLS: the server's certificate is not valid yet (mostly this machine's clock"));
  made.verify_result = 20;
  made.detail = "SSL certificate problem: unable to get local issuer certificate";
  CHECK(words(made).find("not trusted by the system's roots") != std::string::npos);
  CHECK(words(made).find("ssl_trusted_certificate") != std::string::npos);
  made.ca_file = "/etc/ca.pem";
  CHECK(words(made).find("not trusted by /etc/ca.pem") != std::string::npos);
  made.detail = "SSL: no alternative certificate subject name matches target host name 'ca.test'";
  CHECK(begins(made, "ca.test:443: TLS: the server's certificate is for another name"));
}

static void the_kind_tells_a_bad_answer_from_none() {
  CHECK(explain(failure(CURLE_GOT_NOTHING)).kind == ErrorKind::transport);
  CHECK(explain(failure(CURLE_WEIRD_SERVER_REPLY)).kind == ErrorKind::server_error);
  CHECK(explain(failure(CURLE_PARTIAL_FILE)).kind == ErrorKind::server_error);
  CHECK(explain(failure(CURLE_SSL_CACERT_BADFILE)).kind == ErrorKind::configuration);
  auto made = failure(CURLE_RECV_ERROR);
  CHECK(explain(made).kind == ErrorKind::transport);
  made.detail = "Illegal or missing hexadecimal sequence in chunked-encoding";
  CHECK(explain(made).kind == ErrorKind::server_error);
  made = failure(CURLE_WRITE_ERROR);
  made.body_too_large = true;
  CHECK(begins(made, "ca.test:443: an answer of more than 1000 bytes"));
}

static void what_is_wrong_with_another_connection_is_not_told() {
  CHECK_EQ(own_words("Illegal or missing hexadecimal sequence"), "Illegal or missing hexadecimal sequence");
  CHECK_EQ(own_words("h2_process_pending_input: nghttp2_session_mem_recv() returned -905:Too many CONTINUATION"), "");
}

static void foreign_text_is_cleaned_and_passwords_are_left_out() {
  auto made = failure(CURLE_SSL_CONNECT_ERROR);
  made.detail = "bad\r\n\x1b[31mred" + std::string(1000, 'x');
  CHECK(begins(made, "ca.test:443: TLS handshake failed: bad???[31mred"));
  CHECK(words(made).size() < 400);
  made.detail = "Unsupported proxy 'https://me:hunter2@proxy', libcurl is built without it";
  CHECK(words(made).find("hunter2") == std::string::npos);
}

int main() {
  return acme_test::run(
      "curl_failure",
      {ACME_TEST(every_code_has_a_kind_and_words), ACME_TEST(a_failed_connect_says_why),
       ACME_TEST(a_time_out_says_how_far_it_came), ACME_TEST(certificates_lead_to_the_right_hint),
       ACME_TEST(the_kind_tells_a_bad_answer_from_none), ACME_TEST(what_is_wrong_with_another_connection_is_not_told),
       ACME_TEST(foreign_text_is_cleaned_and_passwords_are_left_out)});
}
