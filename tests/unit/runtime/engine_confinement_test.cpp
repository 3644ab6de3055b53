#include "common/runtime/engine_confinement.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "tests/check.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

using Paths = std::vector<std::string>;
using Change = std::function<void(Configuration&, FilesOfProcess&)>;

DnsProviderConfig provider(const std::string& name, Paths argv = {}) {
  DnsProviderConfig config;
  config.name = name;
  config.argv = std::move(argv);
  return config;
}

HookConfig hook(HookEvent event) {
  HookConfig config;
  config.event = event;
  config.argv = {"/usr/bin/true"};
  return config;
}

NotifyConfig notify(NotifyKind kind) {
  NotifyConfig config;
  config.kind = kind;
  return config;
}

Configuration plain() {
  Configuration configuration;
  configuration.issuers["ca"].name = "ca";
  configuration.issuers["other"].name = "other";
  return configuration;
}

bool has(const Paths& paths, const std::string& path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

/// What is allowed with the change, and is not without.
struct Allowed {
  Allowed(const Change& change) {
    Configuration configuration = plain();
    FilesOfProcess files;
    const Confinement before = engine_confinement(configuration, "/state", files);
    change(configuration, files);
    const Confinement after = engine_confinement(configuration, "/state", files);
    add("read", before.readable, after.readable);
    add("write", before.writable, after.writable);
    add("rewrite", before.rewritten, after.rewritten);
  }
  void add(const char* what, const Paths& before, const Paths& after) {
    for (const auto& path : after) {
      if (!has(before, path)) words += (words.empty() ? "" : ", ") + std::string{what} + " " + path;
    }
  }
  std::string words;
};

/// In a process of its own: 0 when `body` holds.
int apart(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  CHECK_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

static void programs_take_it_out_of_force() {
  const struct {
    const char* name;
    std::function<void(Configuration&)> change;
    bool runs;
  } cases[] = {
      {"nothing", [](Configuration&) {}, false},
      {"a hook for renewed", [](Configuration& c) { c.hooks = {hook(HookEvent::renewed)}; }, true},
      {"a hook for failed", [](Configuration& c) { c.hooks = {hook(HookEvent::failed)}; }, true},
      {"a hook for expiring", [](Configuration& c) { c.hooks = {hook(HookEvent::expiring)}; }, true},
      {"a hook for revoked", [](Configuration& c) { c.hooks = {hook(HookEvent::revoked)}; }, true},
      {"a hook for challenge-setup", [](Configuration& c) { c.hooks = {hook(HookEvent::challenge_setup)}; }, true},
      {"a hook for installed", [](Configuration& c) { c.hooks = {hook(HookEvent::installed)}; }, false},
      {"both",
       [](Configuration& c) {
         c.hooks = {hook(HookEvent::installed), hook(HookEvent::failed)};
       },
       true},
      {"mail", [](Configuration& c) { c.notify.push_back(notify(NotifyKind::mail)); }, true},
      {"a webhook", [](Configuration& c) { c.notify.push_back(notify(NotifyKind::webhook)); }, false},
      {"syslog", [](Configuration& c) { c.notify.push_back(notify(NotifyKind::syslog)); }, false},
      {"exec", [](Configuration& c) { c.issuers["other"].dns_providers.push_back(provider("exec", {"/bin/x"})); },
       true},
      {"acmesh", [](Configuration& c) { c.issuers["ca"].dns_providers.push_back(provider("acmesh")); }, true},
      {"an API", [](Configuration& c) { c.issuers["ca"].dns_providers.push_back(provider("cloudflare")); }, false},
      {"the second provider",
       [](Configuration& c) {
         c.issuers["ca"].dns_providers.push_back(provider("rfc2136"));
         c.issuers["ca"].dns_providers.push_back(provider("exec", {"/bin/x"}));
       },
       true},
  };
  for (const auto& [name, change, runs] : cases) {
    Configuration configuration = plain();
    change(configuration);
    CHECK_EQ(std::string{name} + (engine_runs_programs(configuration) ? " runs programs" : " runs none"),
             std::string{name} + (runs ? " runs programs" : " runs none"));
    if (!runs) continue;
    // Nothing is done to this very process, then.
    RecordingLogger log;
    const auto watched = confine_engine(configuration, "/state", {}, log);
    CHECK(!watched.foreign());
    CHECK(log.has("is not confined: it runs programs"));
    CHECK_EQ(apart([] { return ::execl("/bin/true", "true", nullptr) == 0; }), 0);
  }
}

static void each_setting_opens_what_it_needs_and_no_more() {
  const struct {
    const char* name;
    Change change;
    const char* allowed;
  } cases[] = {
      {"nothing", [](auto&, auto&) {}, ""},
      {"roots of a CA", [](auto& c, auto&) { c.issuers["ca"].ssl_trusted_certificate = "/home/me/roots.pem"; },
       "read /home/me/roots.pem"},
      {"roots of a webhook",
       [](auto& c, auto&) {
         c.notify.push_back(notify(NotifyKind::webhook));
         c.notify.back().trusted = "/home/me/roots.pem";
       },
       "read /home/me/roots.pem"},
      {"roots of a DNS provider",
       [](auto& c, auto&) {
         c.issuers["other"].dns_providers.push_back(provider("powerdns"));
         c.issuers["other"].dns_providers.back().settings["ca_file"] = "/home/me/roots.pem";
       },
       "read /home/me/roots.pem"},
      {"what is read at load only",
       [](auto& c, auto&) {
         c.issuers["ca"].account_key_file = "/home/me/account.pem";
         c.issuers["ca"].dns_providers.push_back(provider("cloudflare"));
         c.issuers["ca"].dns_providers.back().settings["zone_id"] = "/home/me";
       },
       ""},
      {"a state directory of an issuer's", [](auto& c, auto&) { c.issuers["ca"].state_path = "/srv/acme"; },
       "read /srv/acme, write /srv/acme/engine"},
      {"a log file", [](auto&, auto& f) { f.logs = {"/srv/logs/error.log"}; }, "write /srv/logs"},
      {"a log file that is a device",
       [](auto&, auto& f) {
         f.logs = {"/dev/null", "/dev/stderr"};
       },
       ""},
      {"a log file beside pid files", [](auto&, auto& f) { f.logs = {"/run/error.log"}; }, ""},
      {"a cache", [](auto&, auto& f) { f.folders = {"/srv/cache"}; }, "write /srv/cache"},
      {"a pid file", [](auto&, auto& f) { f.read = {"/run/nginx.pid"}; }, "read /run/nginx.pid"},
  };
  for (const auto& [name, change, allowed] : cases) {
    CHECK_EQ(std::string{name} + ": " + Allowed{change}.words, std::string{name} + ": " + allowed);
  }
}

static void what_is_always_allowed_is_the_systems() {
  const Confinement found = engine_confinement(plain(), "/state", {});
  CHECK(has(found.readable, "/etc"));
  CHECK(has(found.readable, "/state"));
  CHECK_EQ(found.writable.size(), 1U);
  CHECK_EQ(found.writable[0], "/state/engine");
  for (const char* path : {"/", "/home", "/root", "/srv", "/var", "/var/www", "/tmp", "/opt", "/mnt", "/run", "/dev"}) {
    for (const Paths* paths : {&found.readable, &found.writable, &found.rewritten}) CHECK(!has(*paths, path));
  }
}

static void variables_name_further_files() {
  ::setenv("SSL_CERT_FILE", "/opt/roots.pem", 1);
  ::setenv("SSL_CERT_DIR", "relative", 1);
  const Confinement found = engine_confinement(plain(), "/state", {});
  ::unsetenv("SSL_CERT_FILE");
  ::unsetenv("SSL_CERT_DIR");
  CHECK(has(found.readable, "/opt/roots.pem"));
  CHECK(!has(found.readable, "relative"));
}

/// What is confined has roots and a folder, which are exchanged then by somebody who is not.
struct Scene {
  explicit Scene(bool confined = true) {
    for (const char* name : {"/state", "/state/engine", "/home"}) ::mkdir((top.path() + name).c_str(), 0755);
    write("roots.pem");
    write("home/foreign.pem");
    configuration = plain();
    configuration.issuers["ca"].ssl_trusted_certificate = top / "roots.pem";
    if (!confined) configuration.hooks = {hook(HookEvent::failed)};
  }
  void write(const std::string& name) const { std::ofstream{top / name} << "x"; }
  void move(const std::string& from, const std::string& to) const { std::filesystem::rename(top / from, top / to); }
  bool readable(const std::string& name) const { return std::ifstream{top / name}.is_open(); }

  /// What is foreign to a confined process after `exchange` was done to it; "no Landlock" where there is none.
  std::string foreign_after(const std::function<void()>& exchange) {
    int go[2], answer[2];
    CHECK(::pipe(go) == 0 && ::pipe(answer) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      RecordingLogger log;
      const auto watched = confine_engine(configuration, top / "state", {}, log);
      char byte = log.has("files not: ") ? 'n' : 'c';
      if (::write(answer[1], &byte, 1) != 1 || ::read(go[0], &byte, 1) != 1) ::_exit(1);
      const std::string found = watched.foreign().value_or("nothing");
      ::_exit(::write(answer[1], found.data(), found.size()) < 0);
    }
    char buffer[4096] = "";
    CHECK_EQ(::read(answer[0], buffer, 1), 1);
    const bool none = buffer[0] == 'n';
    exchange();
    CHECK_EQ(::write(go[1], "g", 1), 1);
    ::waitpid(child, nullptr, 0);
    const auto size = ::read(answer[0], buffer, sizeof buffer);
    for (const int fd : {go[0], go[1], answer[0], answer[1]}) ::close(fd);
    const std::string found{buffer, static_cast<std::size_t>(size)};
    if (none) return "no Landlock";
    return found.starts_with(top.path()) ? found.substr(top.path().size() + 1) : found;
  }

  TemporaryDirectory top;
  Configuration configuration;
};

static void what_was_exchanged_is_foreign() {
  const struct {
    const char* name;
    std::function<void(const Scene&)> exchange;
    const char* foreign;
  } cases[] = {
      {"nothing", [](const Scene&) {}, "nothing"},
      {"written anew in its place", [](const Scene& s) { s.write("roots.pem"); }, "nothing"},
      {"another file", [](const Scene& s) { s.write("new"), s.move("new", "roots.pem"); }, "roots.pem"},
      {"a link to another",
       [](const Scene& s) {
         s.move("roots.pem", "old.pem");
         std::filesystem::create_symlink(s.top / "home/foreign.pem", s.top / "roots.pem");
       },
       "roots.pem"},
      {"a link to the same",
       [](const Scene& s) {
         s.move("roots.pem", "old.pem");
         std::filesystem::create_symlink(s.top / "old.pem", s.top / "roots.pem");
       },
       "nothing"},
      {"gone", [](const Scene& s) { s.move("roots.pem", "old.pem"); }, "nothing"},
      {"a state directory from a backup",
       [](const Scene& s) {
         s.move("state", "damaged");
         std::filesystem::create_directories(s.top / "state/engine");
       },
       "state/engine"},
  };
  for (const auto& [name, exchange, foreign] : cases) {
    Scene scene;
    const auto found = scene.foreign_after([&, &change = exchange] { change(scene); });
    if (found == "no Landlock") return;
    CHECK_EQ(std::string{name} + ": " + found, std::string{name} + ": " + foreign);
  }
}

static void roots_that_come_later_are_foreign() {
  Scene scene;
  scene.move("roots.pem", "old.pem");
  const auto found = scene.foreign_after([&] { scene.move("old.pem", "roots.pem"); });
  CHECK(found == "roots.pem" || found == "no Landlock");
}

static void nothing_is_foreign_to_the_free() {
  Scene scene{false};
  CHECK_EQ(scene.foreign_after([&] { scene.write("new"), scene.move("new", "roots.pem"); }), "nothing");
}

static void only_the_file_itself_is_readable() {
  Scene scene;
  scene.write("beside.pem");
  const int status = apart([&] {
    RecordingLogger log;
    static_cast<void>(confine_engine(scene.configuration, scene.top / "state", {}, log));
    if (log.has("files not: ")) return true;
    return scene.readable("roots.pem") && !scene.readable("beside.pem") && !scene.readable("home/foreign.pem");
  });
  CHECK_EQ(status, 0);
}

int main() {
  return run("engine_confinement",
             {ACME_TEST(programs_take_it_out_of_force), ACME_TEST(each_setting_opens_what_it_needs_and_no_more),
              ACME_TEST(what_is_always_allowed_is_the_systems), ACME_TEST(variables_name_further_files),
              ACME_TEST(what_was_exchanged_is_foreign), ACME_TEST(roots_that_come_later_are_foreign),
              ACME_TEST(nothing_is_foreign_to_the_free), ACME_TEST(only_the_file_itself_is_readable)});
}
