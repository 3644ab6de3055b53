#include "common/runtime/hook_programs.hpp"

#include <sys/stat.h>

#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;

static std::string doubt(HookEvent event, const std::string& program) {
  HookConfig hook;
  hook.where = "conf:3";
  hook.event = event;
  hook.argv = {program, "argument"};
  const auto doubts = doubts_about_programs({hook});
  return doubts.empty() ? "" : doubts.at(0);
}

static void programs_are_looked_at() {
  const TemporaryDirectory directory;
  const std::string path = directory / "program";
  CHECK_EQ(doubt(HookEvent::renewed, path), "conf:3: " + path + " cannot be run: No such file or directory");
  spill(path, "#!/bin/sh\n");
  ::chmod(path.c_str(), 0644);
  CHECK(doubt(HookEvent::renewed, path).find("not executable") != std::string::npos);
  ::chmod(path.c_str(), 0755);
  CHECK_EQ(doubt(HookEvent::renewed, path), "");
  CHECK_EQ(doubt(HookEvent::installed, path), "");
  ::chmod(path.c_str(), 0757);
  CHECK_EQ(doubt(HookEvent::renewed, path), "");
  CHECK(doubt(HookEvent::installed, path).find("others than root") != std::string::npos);
  const auto refused = check_root_program(path);
  CHECK(!refused && refused.error().hint == "run: chown root " + path + " && chmod go-w " + path);
  ::chmod(path.c_str(), 0755);
  CHECK_OK(check_root_program(path));
  CHECK_OK(check_root_program(directory / "nothing"));
  if (::geteuid() == 0) {
    CHECK_EQ(::chown(path.c_str(), 65534, 0), 0);
    CHECK(!check_root_program(path));
  }
  CHECK(doubt(HookEvent::failed, directory.path()).find("no file") != std::string::npos);
}

static void programs_of_dns_providers_too() {
  Configuration configuration;
  auto& providers = configuration.issuers["le"].dns_providers;
  providers.emplace_back().where = "conf:4";
  providers.emplace_back().where = "conf:5";
  providers.back().argv = {"/nowhere/dns", "argument"};
  const auto doubts = doubts_about_programs(configuration);
  CHECK_EQ(doubts.size(), 1U);
  CHECK_EQ(doubts[0], "conf:5: /nowhere/dns cannot be run: No such file or directory");
}

int main() {
  return acme_test::run("hook_programs", {ACME_TEST(programs_are_looked_at), ACME_TEST(programs_of_dns_providers_too)});
}
