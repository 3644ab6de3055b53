// The engine's thread as a server's process has it: real loop, key maker and files, a CA over TLS. The main thread
// writes the engine's lines to the log meanwhile, and others serve. For ThreadSanitizer, too (make analyze).
#include "common/runtime/engine_thread.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "common/base/text.hpp"
#include "common/runtime/server.hpp"
#include "tests/fakes/local_server.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/simulated_ca.hpp"
#include "tests/fakes/temporary_directory.hpp"
// last: cmocka.h
#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

HttpRequest request_of(std::string_view text, const std::string& host) {
  const auto head = text.substr(0, text.find("\r\n\r\n"));
  const auto words = split(head.substr(0, head.find('\r')), ' ');
  HttpRequest request{cat("https://", host, words.at(1))};
  request.method = words.at(0);
  request.body = text.substr(head.size() + 4);
  for (const auto line : split(head, '\n')) {
    constexpr std::string_view kType = "content-type:";
    if (to_lower(line).starts_with(kType)) request.content_type = trim(line.substr(kType.size()));
  }
  return request;
}

std::string text_of(const HttpResponse& response) {
  std::string text = cat("HTTP/1.1 ", response.status, " -\r\nContent-Length: ", response.body.size(), "\r\n");
  for (const auto& [name, value] : response.headers) text += cat(name, ": ", value, "\r\n");
  return cat(text, "\r\n", response.body);
}

/// A simulated CA behind a real port. It validates as all do: by asking the server.
class CaOnPort {
 public:
  explicit CaOnPort(SimulatedCa::Live live)
      : host_{cat("127.0.0.1:", port_.port())}, ca_{std::make_unique<SimulatedCa>(host_, clock_, std::move(live))} {
    ready_ = true;
  }
  std::string directory_url() const { return cat("https://", host_, "/directory"); }
  const std::string& root_pem() const { return identity_.certificate_pem; }

 private:
  std::optional<std::string> answer(const std::string& text) {
    if (!ready_) return "";
    const std::lock_guard lock{mutex_};
    const auto response = ca_->handle(request_of(text, host_));
    return response ? text_of(*response) : std::string{};
  }

  std::atomic<bool> ready_ = false;
  std::mutex mutex_;
  ManualClock clock_{SystemClock{}.now()};
  Identity identity_ = make_identity("127.0.0.1");
  LocalServer port_{[this](const std::string& text) { return answer(text); }, identity_};
  std::string host_;
  std::unique_ptr<SimulatedCa> ca_;
};

/// One load of a server with one managed host, made as the glue does.
class Site {
 public:
  explicit Site(KeyType key = {}) {
    std::filesystem::create_directory(temp_ / "state");
    spill(temp_ / "roots.pem", ca_.root_pem());
    ServerSetup setup;
    setup.server = "nginx";
    setup.user_agent = "ngx_acme/test";
    setup.state_path = temp_ / "state";
    setup.worker = {::geteuid(), ::getegid()};
    setup.real_load = true;
    setup.draft = draft(key);
    auto made = Server::configure(std::move(setup), log_, nullptr);
    CHECK_OK(made);
    server_ = *std::move(made);
    server_->prepare(log_);
    if (!server_->can_run_engine()) throw Failure{__FILE__, __LINE__, log_.all()};
  }

  Server& server() { return *server_; }
  std::unique_ptr<EngineThread> start() {
    auto engine = EngineThread::start(server_->engine_setup({}), queue_);
    CHECK_OK(engine);
    return *std::move(engine);
  }
  /// The log is written meanwhile, as the process's main thread does.
  template <class Reached>
  void wait_until(Reached reached) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    for (; !reached(); std::this_thread::sleep_for(5ms)) {
      queue_.drain(log_);
      if (std::chrono::steady_clock::now() > end) throw Failure{__FILE__, __LINE__, log_.all()};
    }
    queue_.drain(log_);
  }
  const RecordingLogger& log() const { return log_; }

 private:
  Draft draft(KeyType key) const {
    Draft made;
    auto& issuer = made.issuers.emplace_back();
    issuer.name = "ca";
    issuer.uri = ca_.directory_url();
    issuer.contact = {"mailto:admin@example.com"};
    issuer.accept_terms_of_service = true;
    issuer.ssl_trusted_certificate = temp_ / "roots.pem";
    issuer.check_caa = false;
    auto& host = made.hosts.emplace_back();
    host.names = {"one.example"};
    host.directive.issuer = "ca";
    host.directive.key_types = {key};
    made.reload.enabled = false;
    return made;
  }

  TemporaryDirectory temp_;
  RecordingLogger log_;
  LogQueue queue_;
  std::unique_ptr<Server> server_;
  CaOnPort ca_{[this](const std::string& token) { return server_->http01_answer(token, "one.example"); }};
};

/// What the threads of a serving process ask for, until `stop`.
void serve(Server& server, const std::atomic<bool>& stop, std::atomic<int>& pages) {
  while (!stop) {
    const auto page = server.status({"GET", "", "format=json", "", SystemClock{}.now()});
    if (page && page->status == 200) ++pages;
    (void)server.slot(0)->own_is_live();
    (void)server.http01_answer("made-up", "one.example");
    (void)server.standing(0);
  }
}

}  // namespace

static void it_obtains_a_certificate_while_others_serve() {
  Site site;
  std::atomic<bool> stop = false;
  std::atomic<int> pages = 0;
  std::thread serving{[&] { serve(site.server(), stop, pages); }};
  auto engine = site.start();
  std::string trouble;
  try {
    site.wait_until([&] { return site.server().slot(0)->own_is_live() && pages > 0; });
  } catch (const Failure& failure) {
    trouble = failure.text;
  }
  CHECK(engine->running());
  engine.reset();
  stop = true;
  serving.join();
  CHECK_EQ(trouble, "");
  CHECK_EQ(site.log().count(LogLevel::error), 0U);
}

static void it_ends_at_any_moment() {
  Site site{{KeyAlgorithm::rsa, 4096}};
  for (const auto after : {0ms, 1ms, 5ms, 20ms, 60ms, 150ms, 400ms}) {
    auto engine = site.start();
    std::this_thread::sleep_for(after);
    engine.reset();
  }
  CHECK_EQ(site.log().count(LogLevel::error), 0U);
}

static void the_next_one_goes_on() {
  Site site;
  auto engine = site.start();
  std::this_thread::sleep_for(30ms);
  engine.reset();
  engine = site.start();
  site.wait_until([&] { return site.server().slot(0)->own_is_live(); });
}

int main() {
  return acme_test::run("engine_thread", {ACME_TEST(it_obtains_a_certificate_while_others_serve),
                                          ACME_TEST(it_ends_at_any_moment), ACME_TEST(the_next_one_goes_on)});
}
