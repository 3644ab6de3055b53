#include "common/transport/curl_loop.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "tests/check.hpp"
#include "tests/fakes/local_server.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

using Results = std::vector<Result<HttpResponse>>;

struct Engine {
  SystemClock clock;
  Scheduler scheduler{clock};
  std::unique_ptr<CurlLoop> loop = std::move(CurlLoop::create(scheduler, "acme-test/1")).value();
};

Task<void> fetch(CurlLoop& loop, HttpRequest request, Results& results) {
  auto task = loop.send(std::move(request));
  auto result = co_await std::move(task);
  results.push_back(std::move(result));
}

Result<HttpResponse> send_one(HttpRequest request) {
  Engine engine;
  Results results;
  engine.scheduler.spawn(fetch(*engine.loop, std::move(request), results));
  engine.loop->run();
  return std::move(results.at(0));
}

HttpRequest plain(const std::string& url) {
  HttpRequest request{url};
  request.trust.allow_http = true;
  request.timeout = 10s;
  return request;
}

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

class TempFile {
 public:
  explicit TempFile(const std::string& text) {
    const int fd = ::mkstemp(path_);
    if (fd >= 0) ::close(fd);
    write(text);
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() { ::unlink(path_); }
  void write(const std::string& text) const { std::ofstream{path_} << text; }
  std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/acme-test-XXXXXX";
};

bool has(const Error& error, const char* text) {
  const bool found = error.message.find(text) != std::string::npos || error.hint.find(text) != std::string::npos;
  if (!found) print_message("message: %s (%s)\n", error.message.c_str(), error.hint.c_str());
  return found;
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
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
  auto response = send_one(std::move(request));
  CHECK_OK(response);
  CHECK(seen.find("POST /order HTTP/1.1\r\n") == 0);
  CHECK(seen.find("Content-Type: application/jose+json\r\n") != std::string::npos);
  CHECK(seen.find("Expect") == std::string::npos);
  CHECK(seen.ends_with(std::string("x\0y", 3)));
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

static void connections_are_used_again() {
  LocalServer server{[](const std::string&) { return http_answer("x"); }};
  Engine engine;
  Results results;
  for (int i = 0; i < 5; ++i) {
    engine.scheduler.spawn(fetch(*engine.loop, plain(server.url("/")), results));
    engine.loop->run();
  }
  CHECK_EQ(results.size(), 5U);
  CHECK_EQ(server.connections(), 1);
}

static void at_most_eight_connections_to_one_host() {
  LocalServer server{[](const std::string&) {
    std::this_thread::sleep_for(2ms);
    return http_answer("x");
  }};
  Engine engine;
  Results results;
  for (int i = 0; i < 100; ++i) engine.scheduler.spawn(fetch(*engine.loop, plain(server.url("/")), results));
  engine.loop->run();
  for (const auto& result : results) CHECK_OK(result);
  CHECK_EQ(results.size(), 100U);
  CHECK(server.connections() <= 8);
}

static void waiting_for_a_connection_is_no_connect_time_out() {
  LocalServer server{[](const std::string&) {
    std::this_thread::sleep_for(150ms);
    return http_answer("x");
  }};
  Engine engine;
  Results results;
  for (int i = 0; i < 64; ++i) {  // eight rounds: 1.2 s, beyond a third of the time-out
    HttpRequest request = plain(server.url("/"));
    request.timeout = 3s;
    engine.scheduler.spawn(fetch(*engine.loop, std::move(request), results));
  }
  engine.loop->run();
  for (const auto& result : results) CHECK_OK(result);
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
  std::string many;
  for (int i = 0; i < 300; ++i) many += cat("H", i, ": x\r\n");
  CHECK(has(error_of(http_answer("x", many)), "too many or too long headers"));
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
  CHECK(send_one(request).error().kind == ErrorKind::configuration);
  request.url = server.url("/a");
  request.method = "POST";
  CHECK_EQ(send_one(request)->status, 302);
}

static void trust_is_checked() {
  const Identity identity = make_identity("127.0.0.1");
  const TempFile roots{identity.certificate_pem};
  LocalServer server{[](const std::string&) { return http_answer("secure"); }, identity};
  HttpRequest request{server.url("/")};
  CHECK(has(send_one(request).error(), "not trusted by the system's roots"));
  CHECK(has(send_one(request).error(), "ssl_trusted_certificate"));
  request.trust.ca_file = roots.path();
  auto trusted = send_one(request);
  CHECK_OK(trusted);
  CHECK_EQ(trusted->body, "secure");
  request.url = server.url("/", "localhost");
  CHECK(has(send_one(request).error(), "for another name"));
  request.trust.verify = false;
  CHECK_OK(send_one(request));
  request.trust.verify = true;
  request.trust.ca_file = "/nonexistent/roots.pem";
  const auto unreadable = send_one(request);
  CHECK(unreadable.error().kind == ErrorKind::configuration);
  CHECK(has(unreadable.error(), "/nonexistent/roots.pem"));
}

static void trust_is_not_shared_between_issuers() {
  const Identity identity = make_identity("127.0.0.1");
  const TempFile roots{identity.certificate_pem};
  LocalServer server{[](const std::string&) { return http_answer("secure"); }, identity};
  Engine engine;
  Results results;
  HttpRequest request{server.url("/")};
  for (const bool verify : {false, true, false}) {
    request.trust.verify = verify;
    engine.scheduler.spawn(fetch(*engine.loop, request, results));
    engine.loop->run();
  }
  request.trust.verify = true;
  request.trust.ca_file = roots.path();
  engine.scheduler.spawn(fetch(*engine.loop, request, results));
  engine.loop->run();
  request.trust.ca_file.clear();
  engine.scheduler.spawn(fetch(*engine.loop, request, results));
  engine.loop->run();
  CHECK(results[0].ok() && !results[1].ok() && results[2].ok() && results[3].ok() && !results[4].ok());
}

static void dates_of_the_servers_certificate_point_to_the_clock() {
  const std::pair<Identity, const char*> cases[] = {{make_identity("127.0.0.1", -7200, -3600), "has expired"},
                                                    {make_identity("127.0.0.1", 3600, 7200), "is not valid yet"}};
  for (const auto& [identity, words] : cases) {
    const TempFile roots{identity.certificate_pem};
    LocalServer server{[](const std::string&) { return http_answer("x"); }, identity};
    HttpRequest request{server.url("/")};
    request.trust.ca_file = roots.path();
    const auto result = send_one(std::move(request));
    CHECK(has(result.error(), words));
    CHECK(has(result.error(), "clock"));
  }
}

static void the_environments_proxy_is_ignored() {
  ::setenv("http_proxy", "http://127.0.0.1:1/", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
  LocalServer server{[](const std::string&) { return http_answer("direct"); }};
  auto response = send_one(plain(server.url("/")));
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  CHECK_OK(response);
  CHECK_EQ(response->body, "direct");
}

static void a_set_proxy_is_used_and_its_faults_are_named() {
  std::string seen;
  LocalServer proxy{[&](const std::string& request) -> std::string {
    seen = request;
    return "HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }};
  HttpRequest request{"https://ca.example/dir"};
  request.trust.proxy = cat("http://me:hunter2@127.0.0.1:", proxy.port());
  const auto refused = send_one(request);
  CHECK(seen.find("CONNECT ca.example:443 HTTP/1.1\r\n") == 0);
  CHECK(has(refused.error(), cat("ca.example:443: the proxy 127.0.0.1:", proxy.port(), " answered 407").c_str()));
  for (const char* bad : {"http://me:hunter2@127.0.0.1:1", "nonsense://me:hunter2@x/", "http://me:hunter2@[",
                          "https://me:hunter2@127.0.0.1:1"}) {
    request.trust.proxy = bad;
    const auto result = send_one(request);
    CHECK(!result.ok());
    CHECK(result.error().message.find("hunter2") == std::string::npos);
  }
}

static void stop_ends_200_hung_transfers_at_once() {
  LocalServer silent{[](const std::string&) { return std::nullopt; }};
  Engine engine;
  Results results;
  for (int i = 0; i < 200; ++i) engine.scheduler.spawn(fetch(*engine.loop, plain(silent.url("/")), results));
  std::chrono::steady_clock::time_point stopped;
  std::thread stopper{[&] {
    while (silent.requests() < 8) std::this_thread::sleep_for(1ms);
    stopped = std::chrono::steady_clock::now();
    engine.loop->request_stop();
  }};
  engine.loop->run();
  stopper.join();
  print_message("stop with 200 hung transfers: %d ms\n", static_cast<int>(since(stopped).count()));
  CHECK(since(stopped) < 500ms);
  CHECK_EQ(results.size(), 200U);
  for (const auto& result : results) CHECK(result.error().kind == ErrorKind::cancelled);
  // And what is asked for later ends at once, too.
  engine.scheduler.spawn(fetch(*engine.loop, plain(silent.url("/")), results));
  engine.loop->run();
  CHECK(results.back().error().kind == ErrorKind::cancelled);
}

static void posted_work_runs_on_the_loops_thread() {
  LocalServer silent{[](const std::string&) { return std::nullopt; }};
  Engine engine;
  Results results;
  std::atomic<int> ran{0};
  std::thread::id where;
  engine.scheduler.spawn(fetch(*engine.loop, plain(silent.url("/")), results));
  std::thread poster{[&] {
    for (int i = 0; i < 100; ++i) engine.loop->post([&] { ++ran; });
    engine.loop->post([&] {
      where = std::this_thread::get_id();
      engine.loop->request_stop();
    });
  }};
  engine.loop->run();
  poster.join();
  CHECK_EQ(ran.load(), 100);
  CHECK(where == std::this_thread::get_id());
  engine.loop->post([&] { ++ran; });
  engine.loop->run();
  CHECK_EQ(ran.load(), 100);
}

static Task<void> nap(Scheduler& scheduler, Duration duration) { co_await scheduler.sleep_for(duration); }

static void watched_descriptors_report_data_and_the_end() {
  int ends[2];
  CHECK_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reader{ends[0]};
  UniqueFd writer{ends[1]};
  Engine engine;
  std::string got;
  engine.loop->watch(reader.get(), [&] {
    char buffer[16];
    const auto length = ::read(reader.get(), buffer, sizeof buffer);
    if (length > 0) got.append(buffer, static_cast<std::size_t>(length));
    if (length == 0) engine.loop->request_stop();
  });
  engine.scheduler.spawn(nap(engine.scheduler, 20s));
  std::thread other{[&] {
    CHECK_EQ(::write(writer.get(), "hello", 5), 5);
    std::this_thread::sleep_for(10ms);
    writer.reset();
  }};
  const auto start = std::chrono::steady_clock::now();
  engine.loop->run();
  other.join();
  CHECK_EQ(got, "hello");
  CHECK(since(start) < 5s);
}

static void timers_fire_on_time() {
  Engine engine;
  const auto start = std::chrono::steady_clock::now();
  engine.scheduler.spawn(nap(engine.scheduler, 30ms));
  engine.loop->run();
  CHECK(since(start) >= 30ms && since(start) < 2s);
}

static void a_server_that_closes_early_raises_no_sigpipe() {
  const Identity identity = make_identity("127.0.0.1");
  LocalServer server{[](const std::string&) { return ""; }, identity};
  for (int i = 0; i < 5; ++i) {
    HttpRequest request{server.url("/")};
    request.trust.verify = false;
    request.method = "POST";
    request.headers = {"Content-Length: 5"};  // the server answers after 5 bytes while we still send
    request.body = std::string(4 << 20, 'x');
    CHECK(!send_one(std::move(request)).ok());
  }
}

static void no_descriptor_is_inherited_by_children() {
  const Identity identity = make_identity("127.0.0.1");
  LocalServer server{[](const std::string&) { return http_answer("x"); }, identity};
  Engine engine;
  Results results;
  HttpRequest request{server.url("/")};
  request.trust.verify = false;
  engine.scheduler.spawn(fetch(*engine.loop, std::move(request), results));
  engine.loop->run();
  CHECK_OK(results[0]);
  int sockets = 0;
  for (int fd = 3; fd < 100; ++fd) {
    struct stat status {};
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0 || ::fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode)) continue;
    int domain = 0;
    socklen_t size = sizeof domain;
    ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
    if (domain == AF_UNIX) continue;  // libcurl's own pair
    ++sockets;
    CHECK((flags & FD_CLOEXEC) != 0);
  }
  CHECK(sockets > 0);
}

int main() {
  return acme_test::run("curl_loop", {ACME_TEST(get_brings_status_body_and_headers),
                                      ACME_TEST(post_sends_the_body_as_it_is),
                                      ACME_TEST(head_has_headers_and_no_body),
                                      ACME_TEST(interim_answers_leave_no_headers),
                                      ACME_TEST(connections_are_used_again),
                                      ACME_TEST(at_most_eight_connections_to_one_host),
                                      ACME_TEST(waiting_for_a_connection_is_no_connect_time_out),
                                      ACME_TEST(limits_hold_while_receiving),
                                      ACME_TEST(answers_that_are_not_http_are_server_errors),
                                      ACME_TEST(transport_errors_name_host_and_cause),
                                      ACME_TEST(time_out_says_how_far_it_came),
                                      ACME_TEST(urls_that_must_not_be_contacted_are_refused),
                                      ACME_TEST(redirects_are_followed_as_far_as_allowed),
                                      ACME_TEST(trust_is_checked),
                                      ACME_TEST(trust_is_not_shared_between_issuers),
                                      ACME_TEST(dates_of_the_servers_certificate_point_to_the_clock),
                                      ACME_TEST(the_environments_proxy_is_ignored),
                                      ACME_TEST(a_set_proxy_is_used_and_its_faults_are_named),
                                      ACME_TEST(stop_ends_200_hung_transfers_at_once),
                                      ACME_TEST(posted_work_runs_on_the_loops_thread),
                                      ACME_TEST(watched_descriptors_report_data_and_the_end),
                                      ACME_TEST(timers_fire_on_time),
                                      ACME_TEST(a_server_that_closes_early_raises_no_sigpipe),
                                      ACME_TEST(no_descriptor_is_inherited_by_children)});
}
