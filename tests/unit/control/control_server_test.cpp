#include "common/control/control_server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.hpp"
#include "common/control/lines.hpp"
#include "tests/fakes/poll_loop.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// A state directory, a server on its socket and the loop both run in.
struct Site {
  explicit Site(const std::string& below = "") {
    state = directory.path() + below;
    for (std::size_t at = state.find('/', 1);; at = state.find('/', at + 1)) {
      ::mkdir(state.substr(0, at).c_str(), 0755);
      if (at == std::string::npos) break;
    }
    ::mkdir((state + "/engine").c_str(), 0700);
    engine.reset(::open((state + "/engine").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~Site() {
    if (server) server->stop();
    for (int i = 0; i < 100 && loop.scheduler.running() > 0; ++i) loop.turn(std::chrono::milliseconds{20});
    loop.scheduler.cancel_all();
    loop.scheduler.run_ready();
  }

  void start(uid_t loader, uid_t worker, std::function<Task<void>(const ControlRequest&, Conversation&)> answer) {
    auto listener = ControlListener::bind(engine.get());
    CHECK_OK(listener);
    ControlServer::Services services;
    services.scheduler = &loop.scheduler;
    services.descriptors = &loop.descriptors;
    services.log = &log;
    services.loader = loader;
    services.worker = worker;
    services.answer = std::move(answer);
    server = std::make_unique<ControlServer>(*std::move(listener), std::move(services));
    loop.scheduler.spawn(server->run());
  }

  UniqueFd connect() {
    auto fd = connect_to_engine(state);
    CHECK_OK(fd);
    return *std::move(fd);
  }

  /// All that comes until the other end closes.
  std::vector<std::string> answers(const UniqueFd& fd, std::size_t longest = kLongestAnswer) {
    LineReader lines{longest};
    std::vector<std::string> all;
    const auto end = loop.clock.steady_now() + std::chrono::seconds{20};
    while (loop.clock.steady_now() < end) {
      char buffer[4096];
      const ssize_t length = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (length == 0) return all;
      if (length > 0) {
        CHECK(lines.add({buffer, static_cast<std::size_t>(length)}));
        while (auto line = lines.next()) all.push_back(*line);
      } else {
        loop.turn(std::chrono::milliseconds{5});
      }
    }
    throw Failure{__FILE__, __LINE__, "the server does not close"};
  }
  std::vector<std::string> ask(const std::string& text) {
    const UniqueFd fd = connect();
    CHECK_EQ(::send(fd.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return answers(fd);
  }

  TemporaryDirectory directory;
  std::string state;
  UniqueFd engine;
  RecordingLogger log;
  PollLoop loop;
  std::unique_ptr<ControlServer> server;
};

Task<void> echo_verb(const ControlRequest& request, Conversation& conversation) {
  conversation.say(ControlProgress{LogLevel::info, cat("for ", request.name)});
  conversation.say(ControlEnd{});
  co_return;
}

Task<void> ten_thousand_rows(const ControlRequest&, Conversation& conversation) {
  for (int i = 0; i < 10000 && !conversation.over(); ++i) {
    auto room = conversation.room();
    co_await std::move(room);
    CertificateRow row;
    row.id = row.name = cat("host-", i, ".example");
    conversation.say(row);
  }
  conversation.say(ControlEnd{});
}

std::string request(ControlVerb verb, const std::string& name = "") {
  ControlRequest made;
  made.verb = verb;
  made.name = name;
  return to_json(made) + "\n";
}

ControlEnd end_of(const std::vector<std::string>& lines) {
  CHECK(!lines.empty());
  auto answer = parse_control_answer(lines.back());
  CHECK_OK(answer);
  return std::get<ControlEnd>(*answer);
}

void answers_over_the_socket() {
  Site site;
  site.start(::getuid(), ::getuid(), echo_verb);
  struct stat facts {};
  CHECK_EQ(::stat((site.state + "/engine/control.sock").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 0777, 0600U);
  const auto lines = site.ask(request(ControlVerb::renew, "a.example"));
  CHECK_EQ(lines.size(), std::size_t{2});
  CHECK(lines[0].find("for a.example") != std::string::npos);
  CHECK(!end_of(lines).failure);
  CHECK_EQ(site.server->busy(), std::size_t{0});
}

void a_worker_may_only_look() {
  if (::getuid() == 0) ::seteuid(12345);  // who connects; the loader is somebody else then
  Site site;
  site.start(54321, ::geteuid(), echo_verb);
  const auto look = site.ask(request(ControlVerb::status));
  const auto change = site.ask(request(ControlVerb::renew));
  const auto secret = site.ask(request(ControlVerb::export_pem));
  if (::getuid() == 0) ::seteuid(0);
  CHECK(!end_of(look).failure);
  CHECK(end_of(change).failure == ControlFailure::permission);
  CHECK(end_of(secret).failure == ControlFailure::permission);
}

void strangers_are_refused() {
  if (::getuid() == 0) ::seteuid(12345);
  Site site;
  site.start(54321, 54321, echo_verb);
  const auto look = site.ask(request(ControlVerb::status));
  if (::getuid() == 0) ::seteuid(0);
  CHECK(end_of(look).failure == ControlFailure::permission);
}

void nonsense_gets_an_answer() {
  Site site;
  site.start(::getuid(), ::getuid(), echo_verb);
  for (const std::string& text : {std::string{"\n"}, std::string{"GET / HTTP/1.1\r\n\r\n"}, std::string{"{\"a\":\n"},
                                  std::string(1, '\0') + "\n", std::string(kLongestRequest + 100, 'x')}) {
    const UniqueFd fd = site.connect();
    std::size_t sent = 0;
    for (int i = 0; i < 1000 && sent < text.size(); ++i) {
      const ssize_t some = ::send(fd.get(), text.data() + sent, text.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (some > 0) sent += static_cast<std::size_t>(some);
      site.loop.turn(std::chrono::milliseconds{1});
    }
    CHECK(end_of(site.answers(fd)).failure == ControlFailure::failed);
  }
  // Gone before it asked.
  site.connect().reset();
  CHECK(!end_of(site.ask(request(ControlVerb::status))).failure);
}

void the_silent_hold_nobody_up() {
  Site site;
  site.start(::getuid(), ::getuid(), echo_verb);
  std::vector<UniqueFd> silent;
  for (int i = 0; i < 15; ++i) silent.push_back(site.connect());
  CHECK(!end_of(site.ask(request(ControlVerb::status))).failure);
  silent.push_back(site.connect());
  const UniqueFd one_too_many = site.connect();
  CHECK(end_of(site.answers(one_too_many)).message.find("too many") != std::string::npos);
  silent.clear();
  site.loop.turn(std::chrono::milliseconds{20});
  CHECK(!end_of(site.ask(request(ControlVerb::status))).failure);
}

void many_rows_wait_for_the_reader() {
  Site site;
  site.start(::getuid(), ::getuid(), ten_thousand_rows);
  const UniqueFd slow = site.connect();
  const std::string asked = request(ControlVerb::status);
  ::send(slow.get(), asked.data(), asked.size(), 0);
  for (int i = 0; i < 50; ++i) site.loop.turn(std::chrono::milliseconds{1});
  const auto lines = site.ask(asked);
  CHECK_EQ(lines.size(), std::size_t{10001});
  CHECK_EQ(site.answers(slow).size(), std::size_t{10001});
}

void replaces_what_the_dead_left() {
  Site site;
  const std::string socket = site.state + "/engine/control.sock";
  {
    // As after kill -9: bound by nobody.
    const UniqueFd left{::open(socket.c_str(), O_CREAT | O_WRONLY, 0600)};
    CHECK(static_cast<bool>(left));
  }
  site.start(::getuid(), ::getuid(), echo_verb);
  CHECK(!end_of(site.ask(request(ControlVerb::status))).failure);
  site.server->stop();
  for (int i = 0; i < 100 && site.loop.scheduler.running() > 0; ++i) site.loop.turn(std::chrono::milliseconds{10});
  CHECK_EQ(site.loop.scheduler.running(), std::size_t{0});
  site.server.reset();
  CHECK(::access(socket.c_str(), F_OK) != 0);
  auto nobody = connect_to_engine(site.state);
  CHECK(!nobody.ok() && nobody.error().kind == ErrorKind::not_found);
}

void long_paths_work() {
  Site site{"/" + std::string(120, 'p') + "/" + std::string(120, 'q')};
  site.start(::getuid(), ::getuid(), echo_verb);
  CHECK(!end_of(site.ask(request(ControlVerb::status))).failure);
}

void connecting_says_what_is_missing() {
  Site site;
  auto nowhere = connect_to_engine(site.state + "/nowhere");
  CHECK(!nowhere.ok() && nowhere.error().kind == ErrorKind::not_found);
  CHECK(nowhere.error().message.find("no state directory") != std::string::npos);
  auto silent = connect_to_engine(site.state);
  CHECK(!silent.ok() && silent.error().kind == ErrorKind::not_found);
  // A link of the worker's leads nowhere.
  const std::string socket = site.state + "/engine/control.sock";
  CHECK_EQ(::symlink("/dev/log", socket.c_str()), 0);
  CHECK(!connect_to_engine(site.state).ok());
  ::unlink(socket.c_str());
  const UniqueFd file{::open(socket.c_str(), O_CREAT | O_WRONLY, 0600)};
  auto no_socket = connect_to_engine(site.state);
  CHECK(!no_socket.ok() && no_socket.error().kind == ErrorKind::io);
}

Task<void> until_stopped(const ControlRequest&, Conversation& conversation) {
  while (!conversation.over()) {
    auto room = conversation.room();
    co_await std::move(room);
    conversation.say(ControlProgress{LogLevel::info, std::string(1000, 'x')});
  }
  conversation.say(control_failure(ControlFailure::stopping, "stopping"));
}

void a_stop_ends_commands_under_way() {
  Site site;
  site.start(::getuid(), ::getuid(), until_stopped);
  const UniqueFd fd = site.connect();
  const std::string asked = request(ControlVerb::renew);
  ::send(fd.get(), asked.data(), asked.size(), 0);
  for (int i = 0; i < 20; ++i) site.loop.turn(std::chrono::milliseconds{1});
  CHECK_EQ(site.server->busy(), std::size_t{1});
  site.server->stop();
  CHECK(end_of(site.answers(fd)).failure == ControlFailure::stopping);
  CHECK_EQ(site.loop.scheduler.running(), std::size_t{0});
}

}  // namespace

int main() {
  return acme_test::run(
      "control server",
      {ACME_TEST(answers_over_the_socket), ACME_TEST(a_worker_may_only_look), ACME_TEST(strangers_are_refused),
       ACME_TEST(nonsense_gets_an_answer), ACME_TEST(the_silent_hold_nobody_up),
       ACME_TEST(many_rows_wait_for_the_reader), ACME_TEST(replaces_what_the_dead_left), ACME_TEST(long_paths_work),
       ACME_TEST(connecting_says_what_is_missing), ACME_TEST(a_stop_ends_commands_under_way)});
}
