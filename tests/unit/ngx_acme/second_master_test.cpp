// ngx_acme/ is no part of the library; this file of it needs no nginx.
#include "ngx_acme/second_master.cpp"  // NOLINT

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/check.hpp"

using acme::second_master;

namespace {

/// A directory with the two pid files, and a process of the same program as this one.
struct Scene {
  std::string folder;
  pid_t other;

  Scene() {
    char name[] = "/tmp/second-master-XXXXXX";
    folder = ::mkdtemp(name);
    other = ::fork();
    if (other == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
      for (;;) ::pause();
    }
  }
  ~Scene() {
    end_other();
    ::unlink(pid_file().c_str());
    ::unlink(old_file().c_str());
    ::rmdir(folder.c_str());
  }
  void end_other() {
    if (other > 1 && ::kill(other, SIGKILL) == 0) ::waitpid(other, nullptr, 0);
    other = 0;
  }
  std::string pid_file() const { return folder + "/pid"; }
  std::string old_file() const { return folder + "/pid.oldbin"; }
  static void write(const std::string& path, const std::string& text) { std::ofstream{path} << text; }
  bool hindered() const { return second_master(::getpid(), pid_file(), old_file()).has_value(); }
};

}  // namespace

static void one_master_is_no_hindrance() {
  Scene scene;
  CHECK(!scene.hindered());  // no file at all
  Scene::write(scene.pid_file(), acme::cat(::getpid(), "\n"));
  CHECK(!scene.hindered());
}

static void an_old_master_that_lives_is_one() {
  Scene scene;
  Scene::write(scene.pid_file(), acme::cat(::getpid(), "\n"));
  Scene::write(scene.old_file(), acme::cat(scene.other, "\n"));
  CHECK(scene.hindered());
  scene.end_other();
  CHECK(!scene.hindered());  // the file was left behind
}

static void being_the_old_master_is_one() {
  Scene scene;
  Scene::write(scene.pid_file(), acme::cat(scene.other, "\n"));
  Scene::write(scene.old_file(), acme::cat(::getpid(), "\n"));
  CHECK(scene.hindered());
}

static void a_stranger_under_the_old_pid_is_none() {
  Scene scene;
  Scene::write(scene.pid_file(), acme::cat(::getpid(), "\n"));
  Scene::write(scene.old_file(), "1\n");
  CHECK(!scene.hindered());
}

static void nonsense_is_none() {
  Scene scene;
  for (const char* text : {"", "\n", "-1", "x", "99999999999999999999", "0", "4294967297"}) {
    Scene::write(scene.pid_file(), text);
    Scene::write(scene.old_file(), text);
    CHECK(!scene.hindered());
  }
}

int main() {
  return acme_test::run("second_master",
                        {ACME_TEST(one_master_is_no_hindrance), ACME_TEST(an_old_master_that_lives_is_one),
                         ACME_TEST(being_the_old_master_is_one), ACME_TEST(a_stranger_under_the_old_pid_is_none),
                         ACME_TEST(nonsense_is_none)});
}
