#include "common/dns_provider/acmesh.hpp"

#include <sys/stat.h>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/poll_loop.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// What scripts find in acme.sh, and its habit of running what it is given.
constexpr const char* kAcmeSh = R"(#!/usr/bin/env sh
_err() { printf "%s\n" "$1" >&2; return 1; }
_info() { printf "%s\n" "$1"; }
_initpath() { ACCOUNT_CONF_PATH="$LE_CONFIG_HOME/account.conf"; }
_save_conf() { printf "%s='%s'\n" "$2" "$3" >>"$1"; }
_saveaccountconf_mutable() { _save_conf "$ACCOUNT_CONF_PATH" "SAVED_$1" "$2"; }
_savedomainconf() { _save_conf "$DOMAIN_CONF" "$1" "$2"; }
main() {
  if [ -z "$1" ]; then _err "a page of help"; return; fi
  "$@"
}
main "$@"
)";

constexpr const char* kScript = R"(#!/usr/bin/env sh
dns_test_add() {
  _info "adding $1"
  [ "$TEST_Token" ] || { _err "no token"; return 1; }
  _saveaccountconf_mutable TEST_Token "$TEST_Token"
  _savedomainconf TEST_Token "$TEST_Token"
  _saveaccountconf_mutable TEST_Session "a-session"
  case "$1" in *refused*) _err "refused for $TEST_Token"; return 1 ;; esac
  printf "add %s %s\n" "$1" "$2" >>"$TEST_Log"
}
dns_test_rm() {
  printf "rm %s %s\n" "$1" "$2" >>"$TEST_Log"
}
)";

struct World {
  World() {
    std::filesystem::create_directories(folder / "acme.sh/dnsapi");
    std::filesystem::create_directory(folder / "home");
    spill(folder / "acme.sh/acme.sh", kAcmeSh);
    spill(folder / "acme.sh/dnsapi/dns_test.sh", kScript);
    config.name = "acmesh";
    config.settings = {{"acme_sh", folder / "acme.sh/acme.sh"}, {"api", "dns_test"}};
    config.secrets["credentials"] = Secret{cat("TEST_Token='s3cret-token'\nTEST_Log=", folder / "log")};
    tools.scheduler = &loop.scheduler;
    tools.descriptors = &loop.descriptors;
    tools.home = folder / "home";
  }
  std::unique_ptr<DnsProvider> provider() {
    auto made = make_dns_provider(config, tools);
    CHECK_OK(made);
    return *std::move(made);
  }
  std::string why_not() {
    const auto made = make_dns_provider(config, tools);
    CHECK(!made.ok());
    return made.error().message;
  }
  std::string failure(TxtRecord record) {
    const auto status = loop.run(provider()->present({std::move(record)}));
    CHECK(status.error().kind == ErrorKind::problem);
    return status.error().message;
  }

  TemporaryDirectory folder;
  PollLoop loop;
  DnsProviderConfig config;
  DnsProviderTools tools;
};

}  // namespace

static void records_are_added_and_removed() {
  World world;
  auto provider = world.provider();
  CHECK_OK(world.loop.run(provider->present({{"_acme-challenge.a.test", "v1"}, {"_acme-challenge.a.test", "v2"}})));
  CHECK_OK(world.loop.run(provider->clean_up({{"_acme-challenge.a.test", "v1"}})));
  CHECK_EQ(slurp(world.folder / "log"),
           "add _acme-challenge.a.test v1\nadd _acme-challenge.a.test v2\nrm _acme-challenge.a.test v1\n");
}

static void nothing_is_read_as_a_command() {
  World world;
  const std::string name = "a'$(touch " + world.folder / "pwned" + ")`id`;\"";
  CHECK_OK(world.loop.run(world.provider()->present({{name, "-n $HOME"}})));
  CHECK_EQ(slurp(world.folder / "log"), cat("add ", name, " -n $HOME\n"));
  CHECK(!std::filesystem::exists(world.folder / "pwned"));
}

static void a_script_may_stand_elsewhere() {
  World world;
  std::filesystem::rename(world.folder / "acme.sh/dnsapi/dns_test.sh", world.folder / "dns_test.sh");
  world.config.settings["api"] = world.folder / "dns_test.sh";
  CHECK_OK(world.loop.run(world.provider()->present({{"a.test", "v"}})));
}

static void what_a_script_saves_stays_but_no_credential() {
  World world;
  CHECK_OK(world.loop.run(world.provider()->present({{"a.test", "v"}})));
  CHECK_EQ(slurp(world.folder / "home/account.conf"), "SAVED_TEST_Session='a-session'\n");
  CHECK_EQ(slurp(world.folder / "home/domain.conf"), "");
  struct stat facts {};
  CHECK_EQ(::stat((world.folder / "home/account.conf").c_str(), &facts), 0);
  CHECK_EQ(facts.st_mode & 0777U, 0600U);
}

static void failures_are_the_scripts_words() {
  World world;
  const std::string script = world.folder / "acme.sh/dnsapi/dns_test.sh";
  CHECK_EQ(world.failure({"refused.test", "v"}),
           cat(script, ": dns_test_add refused.test ended with status 1: refused for (hidden)"));
  world.config.secrets.clear();
  CHECK_EQ(world.failure({"a.test", "v"}), cat(script, ": dns_test_add a.test ended with status 1: no token"));
}

static void a_missing_script_is_told() {
  World world;
  world.config.settings["api"] = "dns_other";
  CHECK(world.failure({"a.test", "v"}).find("dns_other.sh: No such file") != std::string::npos);
  spill(world.folder / "acme.sh/dnsapi/dns_other.sh", "dns_another_add() { :; }\n");
  CHECK(world.failure({"a.test", "v"}).find("dns_other.sh has no function dns_other_add") != std::string::npos);
  world.config.settings["acme_sh"] = world.folder / "nowhere/acme.sh";
  CHECK(world.failure({"a.test", "v"}).find("nowhere/acme.sh: No such file") != std::string::npos);
}

static void settings_are_judged() {
  World world;
  const auto with = [&](const std::string& name, const std::string& value) {
    World fresh;
    fresh.config.settings[name] = value;
    return fresh.why_not();
  };
  CHECK_EQ(with("acme_sh", "acme.sh"), "acme_sh=acme.sh is no absolute path");
  for (const char* api : {"", "cf", "dns_a-b", "../dns_cf", "dns_a/../b", "/etc/passwd", "/x/dns_$(id).sh"}) {
    CHECK_EQ(with("api", api), cat("api=", api, " names no script such as dns_cf"));
  }
  world.tools.home.clear();
  CHECK_EQ(world.why_not(), "there is no folder for what the script saves");
}

int main() {
  return acme_test::run("acmesh", {
                                      ACME_TEST(records_are_added_and_removed),
                                      ACME_TEST(nothing_is_read_as_a_command),
                                      ACME_TEST(a_script_may_stand_elsewhere),
                                      ACME_TEST(what_a_script_saves_stays_but_no_credential),
                                      ACME_TEST(failures_are_the_scripts_words),
                                      ACME_TEST(a_missing_script_is_told),
                                      ACME_TEST(settings_are_judged),
                                  });
}
