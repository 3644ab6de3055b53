#include "common/transport/curl_loop.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "tests/check.hpp"
#include "tests/fakes/http_engine.hpp"
#include "tests/fakes/local_server.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

static void connections_are_used_again() {
  LocalServer server{[](const std::string&) { return http_answer("x"); }};
  HttpEngine engine;
  auto& results = engine.results;
  for (int i = 0; i < 5; ++i) {
    engine.start(plain(server.url("/")));
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
  HttpEngine engine;
  auto& results = engine.results;
  for (int i = 0; i < 100; ++i) engine.start(plain(server.url("/")));
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
  HttpEngine engine;
  auto& results = engine.results;
  for (int i = 0; i < 64; ++i) {  // eight rounds: 1.2 s, beyond a third of the time-out
    HttpRequest request = plain(server.url("/"));
    request.timeout = 3s;
    engine.start(std::move(request));
  }
  engine.loop->run();
  for (const auto& result : results) CHECK_OK(result);
}

static void stop_ends_200_hung_transfers_at_once() {
  LocalServer silent{[](const std::string&) { return std::nullopt; }};
  HttpEngine engine;
  auto& results = engine.results;
  for (int i = 0; i < 200; ++i) engine.start(plain(silent.url("/")));
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
  engine.start(plain(silent.url("/")));
  engine.loop->run();
  CHECK(results.back().error().kind == ErrorKind::cancelled);
}

static void stop_ends_connects_that_nobody_answers() {
  // A full queue of a server that accepts nothing: further attempts are left without an answer.
  const UniqueFd listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  CHECK_EQ(::listen(listening.get(), 0), 0);
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
  HttpEngine engine;
  for (int i = 0; i < 20; ++i) engine.start(plain(cat("http://127.0.0.1:", ntohs(address.sin_port), "/")));
  std::thread stopper{[&] {
    std::this_thread::sleep_for(100ms);
    engine.loop->request_stop();
  }};
  const auto start = std::chrono::steady_clock::now();
  engine.run();
  stopper.join();
  CHECK(since(start) < 1s);
  CHECK_EQ(engine.results.size(), 20U);
  for (const auto& result : engine.results) CHECK(result.error().kind == ErrorKind::cancelled);
}

static void posted_work_runs_on_the_loops_thread() {
  LocalServer silent{[](const std::string&) { return std::nullopt; }};
  HttpEngine engine;
  std::atomic<int> ran{0};
  std::thread::id where;
  engine.start(plain(silent.url("/")));
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

static Task<void> read_all(HttpEngine& engine, int fd, std::string& got) {
  Descriptors& descriptors = engine.loop->descriptors();
  for (;;) {
    const Wake wake = co_await descriptors.readable(fd, std::nullopt);
    if (wake != Wake::ready) co_return;
    char buffer[16];
    const auto length = ::read(fd, buffer, sizeof buffer);
    if (length <= 0) co_return;
    got.append(buffer, static_cast<std::size_t>(length));
  }
}

static void tasks_wait_for_descriptors_and_see_their_end() {
  int ends[2];
  CHECK_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reader{ends[0]};
  UniqueFd writer{ends[1]};
  HttpEngine engine;
  std::string got;
  engine.scheduler.spawn(read_all(engine, reader.get(), got));
  std::thread other{[&] {
    static_cast<void>(::write(writer.get(), "hello", 5) == 5);
    std::this_thread::sleep_for(10ms);
    writer.reset();
  }};
  const auto start = std::chrono::steady_clock::now();
  engine.loop->run();
  other.join();
  CHECK_EQ(got, "hello");
  CHECK(since(start) < 5s);
}

static void a_stop_ends_waits_for_descriptors() {
  int ends[2];
  CHECK_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reader{ends[0]};
  const UniqueFd writer{ends[1]};
  HttpEngine engine;
  std::string got;
  engine.scheduler.spawn(read_all(engine, reader.get(), got));
  std::thread other{[&] { engine.loop->request_stop(); }};
  engine.loop->run();
  other.join();
  CHECK_EQ(got, "");
}

static void timers_fire_on_time() {
  HttpEngine engine;
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
  HttpEngine engine;
  auto& results = engine.results;
  HttpRequest request{server.url("/")};
  request.trust.verify = false;
  engine.start(std::move(request));
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
  return acme_test::run(
      "curl_loop",
      {ACME_TEST(connections_are_used_again), ACME_TEST(at_most_eight_connections_to_one_host),
       ACME_TEST(waiting_for_a_connection_is_no_connect_time_out), ACME_TEST(stop_ends_200_hung_transfers_at_once),
       ACME_TEST(stop_ends_connects_that_nobody_answers), ACME_TEST(posted_work_runs_on_the_loops_thread),
       ACME_TEST(tasks_wait_for_descriptors_and_see_their_end), ACME_TEST(a_stop_ends_waits_for_descriptors),
       ACME_TEST(timers_fire_on_time), ACME_TEST(a_server_that_closes_early_raises_no_sigpipe),
       ACME_TEST(no_descriptor_is_inherited_by_children)});
}
