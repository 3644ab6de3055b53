#include "common/transport/curl_transfer.hpp"

#include <atomic>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/http_engine.hpp"
#include "tests/fakes/local_server.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// The error of a plain GET that the server answers with `raw`.
Error error_of(const std::string& raw, HttpRequest (*change)(HttpRequest) = nullptr) {
  LocalServer server{[&](const std::string&) { return raw; }};
  HttpRequest request = plain(server.url("/"));
  if (change != nullptr) request = change(std::move(request));
  auto result = send_one(std::move(request));
  if (result) return {ErrorKind::internal, cat("answered ", result->status)};
  CHECK(starts_with_no_case(result.error().message, cat("127.0.0.1:", server.port(), ": ")));
  return std::move(result).error();
}

}  // namespace

static void get_brings_status_body_and_headers() {
  std::string seen;
  LocalServer server{[&](const std::string& request) {
    seen = request;
    return "HTTP/1.1 404 Not Found\r\nReplay-Nonce:  abc \r\nLINK: <a>;rel=\"up\"\r\nLink: <b>\r\n"
           "Content-Length: 4\r\n\r\nbody";
  }};
  HttpRequest request = plain(server.url("/dir?x=1"));
  request.headers = {"Accept: application/json"};
  auto response = send_one(std::move(request));
  CHECK_OK(response);
  CHECK_EQ(response->status, 404);
  CHECK_EQ(response->body, "body");
  CHECK_EQ(response->header("replay-nonce"), "abc");
  CHECK_EQ(response->all("link").size(), 2U);
  CHECK_EQ(response->effective_url, server.url("/dir?x=1"));
  CHECK_EQ(seen, cat("GET /dir?x=1 HTTP/1.1\r\nHost: 127.0.0.1:", server.port(),
                     "\r\nUser-Agent: acme-test/1\r\nAccept: application/json\r\n\r\n"));
}

static void post_sends_the_body_as_it_is() {
  std::string seen;
  LocalServer server{[&](const std::string& request) {
    seen = request;
    return http_answer("ok");
  }};
  HttpRequest request = plain(server.url("/order"));
  request.method = "POST";
  request.content_type = "application/jose+json";
  request.body = std::string(3000, 'x') + std::string("\0y", 2);
  request.never_twice = true;  // hands the body over piece by piece
  auto response = send_one(std::move(request));
  CHECK_OK(response);
  CHECK(seen.find("POST /order HTTP/1.1\r\n") == 0);
  CHECK(seen.find("Content-Type: application/jose+json\r\n") != std::string::npos);
  CHECK(seen.find("Expect") == std::string::npos);
  CHECK(seen.ends_with(std::string("x\0y", 3)));
}

/// A POST on a connection that was used before and breaks at once, before any answer.
static Results post_on_a_breaking_connection(bool never_twice, int& seen) {
  std::atomic<int> asked{0};
  LocalServer server{[&](const std::string&) { return ++asked == 2 ? std::string{} : http_answer("ok"); }};
  HttpEngine engine;
  engine.start(plain(server.url("/")));
  engine.run();
  HttpRequest request = plain(server.url("/order"));
  request.method = "POST";
  request.body = std::string(3000, 'x');
  request.never_twice = never_twice;
  engine.start(std::move(request));
  engine.run();
  seen = asked;
  return std::move(engine.results);
}

static void a_post_is_repeated_unless_it_must_not() {
  int seen = 0;
  auto results = post_on_a_breaking_connection(false, seen);
  CHECK_OK(results.at(1));
  CHECK_EQ(seen, 3);
  results = post_on_a_breaking_connection(true, seen);
  CHECK_EQ(seen, 2);
  CHECK(!results.at(1).ok() && results.at(1).error().kind == ErrorKind::transport);
  CHECK(has(results.at(1).error(), "connection broken"));
}

static void every_method_of_an_api_is_sent() {
  std::string seen;
  LocalServer server{[&](const std::string& request) {
    seen = request;
    return http_answer("ok");
  }};
  HttpEngine engine;  // one loop: a handle that is used again forgets the method of before
  const auto sent = [&](const std::string& method, const std::string& body) {
    HttpRequest request = plain(server.url("/r"));
    request.method = method;
    request.content_type = "application/json";
    request.body = body;
    engine.start(std::move(request));
    engine.run();
    CHECK_OK(engine.results.back());
    return seen;
  };
  const std::string place = cat("Host: 127.0.0.1:", server.port(), "\r\nUser-Agent: acme-test/1\r\n");
  const std::string type = "Content-Type: application/json\r\n";
  CHECK_EQ(sent("PUT", "{}"),
           cat("PUT /r HTTP/1.1\r\n", place, "Accept: */*\r\n", type, "Content-Length: 2\r\n\r\n{}"));
  CHECK_EQ(sent("PATCH", "[]"),
           cat("PATCH /r HTTP/1.1\r\n", place, "Accept: */*\r\n", type, "Content-Length: 2\r\n\r\n[]"));
  CHECK_EQ(sent("DELETE", ""), cat("DELETE /r HTTP/1.1\r\n", place, "Accept: */*\r\n\r\n"));
  CHECK_EQ(sent("DELETE", "{}"),
           cat("DELETE /r HTTP/1.1\r\n", place, "Accept: */*\r\n", type, "Content-Length: 2\r\n\r\n{}"));
  CHECK_EQ(sent("POST", ""), cat("POST /r HTTP/1.1\r\n", place, "Accept: */*\r\n", type, "Content-Length: 0\r\n\r\n"));
  CHECK_EQ(sent("GET", ""), cat("GET /r HTTP/1.1\r\n", place, "Accept: */*\r\n\r\n"));
  HttpRequest request = plain(server.url("/r"));
  request.method = "BREW";
  const auto refused = send_one(std::move(request));
  CHECK(!refused.ok() && refused.error().kind == ErrorKind::internal);
}

static void head_has_headers_and_no_body() {
  LocalServer server{
      [](const std::string&) { return "HTTP/1.1 200 OK\r\nReplay-Nonce: n1\r\nContent-Length: 9\r\n\r\n"; }};
  HttpRequest request = plain(server.url("/nonce"));
  request.method = "HEAD";
  auto response = send_one(std::move(request));
  CHECK_OK(response);
  CHECK_EQ(response->header("replay-nonce"), "n1");
  CHECK(response->body.empty());
}

static void interim_answers_leave_no_headers() {
  LocalServer server{[](const std::string&) {
    return "HTTP/1.1 103 Early Hints\r\nLink: <early>\r\nX: 1\r\n\r\n" + http_answer("done", "Link: <late>\r\n");
  }};
  auto response = send_one(plain(server.url("/")));
  CHECK_OK(response);
  CHECK_EQ(response->status, 200);
  CHECK_EQ(response->all("link").size(), 1U);
  CHECK_EQ(response->header("link"), "<late>");
  CHECK(response->header("x").empty());
}

static void limits_hold_while_receiving() {
  const auto small = [](HttpRequest request) {
    request.max_body = 1000;
    return request;
  };
  CHECK_EQ(static_cast<int>(error_of(http_answer(std::string(1001, 'x')), small).kind),
           static_cast<int>(ErrorKind::server_error));
  CHECK(has(error_of(http_answer(std::string(1001, 'x')), small), "more than 1000 bytes"));
  CHECK(has(error_of(http_answer(std::string(1000, 'x')), small), "answered 200"));
  // No length told, and no end either.
  std::string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  CHECK(has(error_of(chunks, small), "more than 1000 bytes"));
  CHECK(has(error_of(http_answer("x", "A: " + std::string(70000, 'a') + "\r\n")), "headers"));
  // More than libcurl keeps of one line: it says that it is out of memory.
  CHECK(has(error_of(http_answer("x", "A: " + std::string(200000, 'a') + "\r\n")), "too many or too long headers"));
  std::string many;
  for (int i = 0; i < 300; ++i) many += cat("H", i, ": x\r\n");
  CHECK(has(error_of(http_answer("x", many)), "too many or too long headers"));
}

static void an_ignored_body_is_neither_kept_nor_awaited() {
  for (const std::string& length : {std::string{"Content-Length: 100000000\r\n"}, std::string{}}) {
    LocalServer server{
        [&](const std::string&) { return cat("HTTP/1.1 202 Accepted\r\n", length, "\r\n", std::string(200000, 'x')); }};
    HttpRequest request = plain(server.url("/"));
    request.method = "POST";
    request.ignore_body = true;
    request.max_body = 1000;
    auto response = send_one(std::move(request));
    CHECK_OK(response);
    CHECK_EQ(response->status, 202);
    CHECK(response->body.empty());
  }
}

static void answers_that_are_not_http_are_server_errors() {
  const char* const answers[] = {"SSH-2.0-OpenSSH_9.2\r\n",
                                 "<html>hello</html>",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                                 "HTTP/1.1 9x9 OK\r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nbody"};
  for (const char* answer : answers) {
    LocalServer server{[&](const std::string&) { return std::string{answer} + "Connection: close"; }};
    auto result = send_one(plain(server.url("/")));
    if (result) print_message("accepted: %s\n", answer);
    CHECK(!result.ok());
    if (result.error().kind != ErrorKind::server_error) print_message("%s\n", result.error().message.c_str());
    CHECK(result.error().kind == ErrorKind::server_error);
  }
}

static void transport_errors_name_host_and_cause() {
  const Error empty = error_of("");
  CHECK(empty.kind == ErrorKind::transport);
  CHECK(has(empty, "without an answer"));

  int closed_port = 0;
  {
    closed_port = LocalServer{[](const std::string&) { return ""; }}.port();
  }
  const auto refused = send_one(plain(cat("http://127.0.0.1:", closed_port, "/")));
  CHECK(refused.error().kind == ErrorKind::transport);
  CHECK_EQ(refused.error().message, cat("127.0.0.1:", closed_port, ": connection refused"));
  CHECK(has(refused.error(), "firewall"));

  const auto unknown = send_one(HttpRequest{"https://no-such-host.invalid/dir"});
  CHECK_EQ(unknown.error().message, "no-such-host.invalid:443: could not resolve the host name");
  CHECK(has(unknown.error(), "resolv.conf"));
}

static void time_out_says_how_far_it_came() {
  LocalServer silent{[](const std::string&) { return std::nullopt; }};
  HttpRequest request = plain(silent.url("/"));
  request.timeout = 300ms;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = send_one(std::move(request));
  CHECK(has(answer.error(), "timed out: no complete answer within 1 s"));
  CHECK(since(start) < 2s);

  HttpRequest no_tls{cat("https://127.0.0.1:", silent.port(), "/")};
  no_tls.timeout = 300ms;
  CHECK(has(send_one(std::move(no_tls)).error(), "no TLS handshake within"));
}

static void redirects_are_followed_as_far_as_allowed() {
  LocalServer server{[](const std::string& request) -> std::string {
    const auto hop = [](const char* to) {
      return cat("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nHop: 1\r\nLocation: ", to, "\r\n\r\n");
    };
    if (request.find(" /a ") != std::string::npos) return hop("/b");
    if (request.find(" /b ") != std::string::npos) return hop("c");
    if (request.find(" /away ") != std::string::npos) return hop("http://example.com/");
    if (request.find(" /loop ") != std::string::npos) return hop("/loop");
    return http_answer("end");
  }};
  HttpRequest request = plain(server.url("/a"));
  auto stays = send_one(request);
  CHECK_EQ(stays->status, 302);
  request.max_redirects = 2;
  auto follows = send_one(request);
  CHECK_OK(follows);
  CHECK_EQ(follows->body, "end");
  CHECK_EQ(follows->effective_url, server.url("/c"));
  CHECK(follows->header("hop").empty());
  request.url = server.url("/loop");
  CHECK_EQ(send_one(request)->status, 302);
  request.url = server.url("/away");
  const auto away = send_one(request);
  CHECK(away.error().kind == ErrorKind::server_error);  // not what the operator configured
  CHECK(has(away.error(), "redirected: the URL http://example.com/ is refused"));
  request.url = server.url("/a");
  request.method = "POST";
  CHECK_EQ(send_one(request)->status, 302);
}

static void urls_that_must_not_be_contacted_are_refused() {
  LocalServer server{[](const std::string&) { return http_answer("x"); }};
  HttpRequest not_allowed = plain(server.url("/"));
  not_allowed.trust.allow_http = false;
  const auto refused = send_one(std::move(not_allowed));
  CHECK(refused.error().kind == ErrorKind::configuration);
  CHECK(has(refused.error(), "https only"));
  for (const char* url :
       {"http://example.com/", "http://127.0.0.1.example.com/", "http://127.1/", "http://10.0.0.1/", "ftp://127.0.0.1/",
        "file:///etc/passwd", "https://", "", "gopher://localhost/", "https://a b/", "https://h/\r\nX: y"}) {
    const auto result = send_one(plain(url));
    if (result || result.error().kind != ErrorKind::configuration) print_message("not refused: %s\n", url);
    CHECK(!result.ok() && result.error().kind == ErrorKind::configuration);
  }
  const auto secret = send_one(plain(cat("http://user:hunter2@127.0.0.1:", server.port(), "/")));
  CHECK(secret.error().kind == ErrorKind::configuration);
  CHECK(secret.error().message.find("hunter2") == std::string::npos);
  CHECK_EQ(server.requests(), 0);
}

int main() {
  return acme_test::run(
      "curl_transfer",
      {ACME_TEST(get_brings_status_body_and_headers), ACME_TEST(post_sends_the_body_as_it_is),
       ACME_TEST(a_post_is_repeated_unless_it_must_not), ACME_TEST(every_method_of_an_api_is_sent),
       ACME_TEST(head_has_headers_and_no_body), ACME_TEST(interim_answers_leave_no_headers),
       ACME_TEST(limits_hold_while_receiving), ACME_TEST(an_ignored_body_is_neither_kept_nor_awaited),
       ACME_TEST(answers_that_are_not_http_are_server_errors), ACME_TEST(transport_errors_name_host_and_cause),
       ACME_TEST(time_out_says_how_far_it_came), ACME_TEST(redirects_are_followed_as_far_as_allowed),
       ACME_TEST(urls_that_must_not_be_contacted_are_refused)});
}
