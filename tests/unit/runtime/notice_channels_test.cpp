#include "common/runtime/notice_channels.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "common/crypto/digest.hpp"
#include "tests/check.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// Answers with one status, and keeps what it was sent.
class OneAnswer final : public HttpClient {
 public:
  Task<Result<HttpResponse>> send(HttpRequest request) override {
    requests.push_back(std::move(request));
    if (status == 0)
      co_return Error{ErrorKind::transport, "chat.example: connection refused", "see the CA's status page"};
    HttpResponse response;
    response.status = status;
    response.body = "evil\r\n";
    co_return response;
  }

  int status = 204;
  std::vector<HttpRequest> requests;
};

struct World {
  World() {
    NoticeChannels::Services services;
    services.http = &http;
    services.clock = &clock;
    services.run = [this](ChildCommand command) { return run_program(std::move(command)); };
    services.identifier = "ngx_acme";
    channels.emplace(std::move(services));
  }

  Task<Result<ChildOutcome>> run_program(ChildCommand command) {
    commands.push_back(std::move(command));
    ChildOutcome outcome;
    outcome.exited = true;
    outcome.exit_status = exit_status;
    outcome.output = "no\x1b[31m such user\n";
    co_return outcome;
  }

  Status deliver(const NotifyConfig& receiver) {
    Notice notice;
    notice.id = "0123";
    notice.time = clock.now();
    notice.host = "web1";
    notice.title = "a.test: cannot be renewed";
    notice.text = "two\nlines\n";
    return run(scheduler, clock, channels->deliver(receiver, std::move(notice)));
  }

  ManualClock clock;
  Scheduler scheduler{clock};
  OneAnswer http;
  int exit_status = 0;
  std::vector<ChildCommand> commands;
  std::optional<NoticeChannels> channels;
};

UniqueFd listen_at(const std::string& path, int type) {
  UniqueFd fd{::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  CHECK(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  if (type == SOCK_STREAM) CHECK(::listen(fd.get(), 4) == 0);
  return fd;
}

std::string read_from(int fd) {
  std::array<char, 4096> buffer{};
  const ssize_t length = ::recv(fd, buffer.data(), buffer.size(), 0);
  return length < 0 ? "(nothing)" : std::string(buffer.data(), static_cast<std::size_t>(length));
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

static void a_webhook_is_posted_and_only_its_status_counts() {
  World world;
  NotifyConfig hook;
  hook.kind = NotifyKind::webhook;
  hook.target = "https://chat.example/in/T0K3N";
  hook.secret = Secret{"s"};
  hook.trusted = "/roots.pem";
  CHECK_OK(world.deliver(hook));
  const HttpRequest& request = world.http.requests.at(0);
  CHECK_EQ(request.method, "POST");
  CHECK_EQ(request.url, hook.target);
  CHECK_EQ(request.content_type, "application/json");
  CHECK(request.ignore_body);
  CHECK_EQ(request.max_redirects, 0);
  CHECK_EQ(request.trust.ca_file, "/roots.pem");
  CHECK(request.trust.verify);
  CHECK_EQ(request.headers.size(), 4U);
  for (const int status : {200, 202, 299}) {
    world.http.status = status;
    CHECK_OK(world.deliver(hook));
  }
  for (const int status : {0, 199, 301, 400, 503}) {
    world.http.status = status;
    const Status failed = world.deliver(hook);
    CHECK(!failed);
    CHECK(!has(failed.error().message, "T0K3N") && !has(failed.error().message, "evil"));
    CHECK(!has(failed.error().hint, "T0K3N") && !has(failed.error().hint, "CA"));
    if (status == 0) CHECK(has(failed.error().hint, "curl -v https://chat.example`"));
    if (status != 0) CHECK_EQ(failed.error().message, cat("chat.example answered ", status));
  }
}

static void a_mail_is_handed_to_the_program() {
  World world;
  NotifyConfig mail;
  mail.kind = NotifyKind::mail;
  mail.target = "root";
  mail.program = "/usr/sbin/sendmail";
  CHECK_OK(world.deliver(mail));
  CHECK(world.commands.at(0).argv == (std::vector<std::string>{"/usr/sbin/sendmail", "-i", "--", "root"}));
  CHECK(world.commands.at(0).input.starts_with("To: root\nSubject: [web1] a.test: cannot be renewed\n"));
  mail.from = "www@example.com";
  CHECK_OK(world.deliver(mail));
  CHECK(world.commands.at(1).argv ==
        (std::vector<std::string>{"/usr/sbin/sendmail", "-i", "-f", "www@example.com", "--", "root"}));
  world.exit_status = 67;
  const Status failed = world.deliver(mail);
  CHECK_EQ(failed.error().message, "/usr/sbin/sendmail ended with status 67: no?[31m such user");
}

static void log_daemons_get_a_datagram() {
  World world;
  const TemporaryDirectory directory;
  NotifyConfig log;
  log.target = "local3";
  log.socket = cat(directory.path(), "/log");
  log.form = SyslogForm::syslog;
  CHECK(!world.deliver(log));
  const UniqueFd socket = listen_at(log.socket, SOCK_DGRAM);
  CHECK_OK(world.deliver(log));
  const std::string line = read_from(socket.get());
  CHECK(line.starts_with("<156>Jan  1 ") && line.ends_with("]: a.test: cannot be renewed"));
  CHECK(has(line, " ngx_acme["));
  log.form = SyslogForm::journald;
  CHECK_OK(world.deliver(log));
  CHECK(has(read_from(socket.get()), "\nACME_EVENT=failed\n"));
}

static void a_stream_is_a_daemon_as_well() {
  const TemporaryDirectory directory;
  const std::string path = cat(directory.path(), "/log");
  const UniqueFd socket = listen_at(path, SOCK_STREAM);
  CHECK_OK(send_to_log(path, "<27>hello"));
  const UniqueFd client{::accept(socket.get(), nullptr, nullptr)};
  CHECK_EQ(read_from(client.get()), std::string("<27>hello\0", 10));
}

static void a_daemon_that_does_not_read_is_not_waited_for() {
  const TemporaryDirectory directory;
  const std::string path = cat(directory.path(), "/log");
  const UniqueFd socket = listen_at(path, SOCK_DGRAM);
  const auto start = std::chrono::steady_clock::now();
  Status sent;
  for (int i = 0; i < 100000 && sent; ++i) sent = send_to_log(path, std::string(500, 'x'));
  CHECK(!sent);
  CHECK(sent.error().kind == ErrorKind::io);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{10});
  CHECK(!send_to_log(cat(directory.path(), "/", std::string(200, 'x')), "hello"));
}

int main() {
  return acme_test::run(
      "notice_channels",
      {ACME_TEST(a_webhook_is_posted_and_only_its_status_counts), ACME_TEST(a_mail_is_handed_to_the_program),
       ACME_TEST(log_daemons_get_a_datagram), ACME_TEST(a_stream_is_a_daemon_as_well),
       ACME_TEST(a_daemon_that_does_not_read_is_not_waited_for)});
}
