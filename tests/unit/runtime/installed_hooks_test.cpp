#include "common/runtime/installed_hooks.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// Its lines are in a file, so that another process may write them.
class FileLogger final : public Logger {
 public:
  explicit FileLogger(const std::string& path)
      : fd_{::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)} {}
  void write(LogLevel level, const std::string& line) override {
    const std::string text = cat(level_name(level), ": ", line, "\n");
    static_cast<void>(::write(fd_.get(), text.data(), text.size()) > 0);
  }

 private:
  UniqueFd fd_;
};

struct World {
  World() {
    std::filesystem::create_directory(temp / "live");
    CertificateConfig certificate;
    certificate.id = "a.test-1";
    certificate.first_name = "a.test";
    certificate.issuer = "ca";
    certificate.names = {{IdentifierType::dns, "a.test"}, {IdentifierType::dns, "b.test"}};
    configuration.certificates.push_back(certificate);
    configuration.sets.push_back({{0}, certificate.names, {}});
  }

  /// The shell is the hook here.
  void add_hook(const std::string& text) {
    configuration.hooks.push_back({"", HookEvent::installed, {"/bin/sh", "-c", text, "hook", temp.path()}});
  }
  void run(const std::vector<std::size_t>& fresh) {
    CHECK_OK(run_installed_hooks(configuration, fresh, temp.path(), log));
  }
  /// Once it is there whole.
  std::string wait_for(const std::string& name) {
    for (int i = 0; i < 500 && !std::filesystem::exists(temp / name); ++i) std::this_thread::sleep_for(20ms);
    return slurp(temp / name);
  }

  TemporaryDirectory temp;
  Configuration configuration;
  FileLogger log{temp / "log"};
};

}  // namespace

static void it_runs_apart_with_names_and_paths() {
  World world;
  world.add_hook(R"(/usr/bin/env | sort >$1/env.tmp; ps -o ppid= -p $PPID >$1/above; mv $1/env.tmp $1/env)");
  world.configuration.hooks.push_back({"", HookEvent::renewed, {"/bin/touch", world.temp / "wrong"}});
  world.run({0});
  const auto text = world.wait_for("env");
  for (const auto& line :
       {cat("RENEWED_LINEAGE=", world.temp / "live/a.test"), std::string{"RENEWED_DOMAINS=a.test b.test"},
        std::string{"ACME_EVENT=installed"}, std::string{"ACME_NAME=a.test"}}) {
    CHECK(text.find(line + "\n") != std::string::npos);
  }
  CHECK(text.find("ACME_SERIAL") == std::string::npos);
  CHECK(text.find("ACME_MESSAGE") == std::string::npos);
  // Not a grandchild of ours.
  CHECK(parse_number(trim(slurp(world.temp / "above"))) != static_cast<std::uint64_t>(::getpid()));
  CHECK(!std::filesystem::exists(world.temp / "wrong"));
}

static void nothing_new_runs_nothing() {
  World world;
  world.add_hook("touch $1/ran");
  world.run({});
  std::this_thread::sleep_for(200ms);
  CHECK(!std::filesystem::exists(world.temp / "ran"));
}

static void it_delays_nobody_and_keeps_no_listener() {
  World world;
  const UniqueFd listener{::socket(AF_INET, SOCK_STREAM, 0)};
  CHECK_EQ(::listen(listener.get(), 1), 0);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  CHECK_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  world.add_hook("ls -l /proc/$PPID/fd >$1/fds.tmp; mv $1/fds.tmp $1/fds; sleep 1; touch $1/done");
  const auto start = std::chrono::steady_clock::now();
  world.run({0});
  CHECK(std::chrono::steady_clock::now() - start < 900ms);
  const auto fds = world.wait_for("fds");
  CHECK(fds.find("socket:") == std::string::npos);
  CHECK(fds.find("/log") != std::string::npos);
  world.wait_for("done");
}

static void a_failure_is_told_and_tried_again() {
  World world;
  world.add_hook("test -e $1/once && touch $1/again; touch $1/once; echo no luck; test -e $1/again");
  world.run({0});
  world.wait_for("again");
  CHECK_EQ(slurp(world.temp / "log"),
           "error: a.test: the hook /bin/sh for installed ended with status 1: no luck; tried again\n");
}

static void loads_follow_one_another() {
  World world;
  world.add_hook(
      "echo begin >>$1/trace; sleep 0.3; echo end >>$1/trace; test $(wc -l <$1/trace) -lt 4 || touch $1/both");
  world.run({0});
  world.run({0});
  world.wait_for("both");
  CHECK_EQ(slurp(world.temp / "trace"), "begin\nend\nbegin\nend\n");
}

int main() {
  return acme_test::run("installed_hooks",
                        {ACME_TEST(it_runs_apart_with_names_and_paths), ACME_TEST(nothing_new_runs_nothing),
                         ACME_TEST(it_delays_nobody_and_keeps_no_listener),
                         ACME_TEST(a_failure_is_told_and_tried_again), ACME_TEST(loads_follow_one_another)});
}
