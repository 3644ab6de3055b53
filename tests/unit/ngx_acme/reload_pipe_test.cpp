// ngx_acme/ is no part of the library; this file of it needs no nginx.
#include "ngx_acme/reload_pipe.cpp"  // NOLINT

#include <sys/wait.h>

#include <atomic>

#include "tests/check.hpp"

using acme::ReloadPipe;

static std::atomic<int> hangups{0};
static void count_hangup(int) { ++hangups; }

static void one_request_is_one_hangup() {
  ReloadPipe pipe;
  CHECK_OK(pipe.open());
  hangups = 0;
  for (int expected = 1; expected <= 3; ++expected) {
    CHECK_OK(pipe.request());
    CHECK_EQ(hangups.load(), expected);
  }
}

static void nothing_is_asked_through_a_closed_pipe() {
  ReloadPipe pipe;
  CHECK(!pipe.request().ok());
  pipe.own();
  CHECK_OK(pipe.open());
  pipe.close();
  CHECK(!pipe.request().ok());
}

static void the_owner_ends_without_a_hangup() {
  hangups = 0;
  {
    ReloadPipe pipe;
    CHECK_OK(pipe.open());
  }
  CHECK_EQ(hangups.load(), 0);
}

/// As the engine's process does it: a child keeps the writing end and asks its parent.
static void a_child_asks_its_parent() {
  ReloadPipe pipe;
  CHECK_OK(pipe.open());
  hangups = 0;
  const pid_t child = ::fork();
  if (child == 0) {
    pipe.keep_writing_end();
    const bool asked = pipe.request().ok();
    ::_exit(asked && hangups.load() == 0 ? 0 : 1);
  }
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  CHECK_EQ(status, 0);
  CHECK_EQ(hangups.load(), 1);
}

/// As at the start of a daemon: the one who opened it is gone, the child is the master now.
static void ownership_can_move_to_a_child() {
  ReloadPipe pipe;
  CHECK_OK(pipe.open());
  hangups = 0;
  const pid_t child = ::fork();
  if (child == 0) {
    pipe.own();
    const bool asked = pipe.request().ok();
    ::_exit(asked && hangups.load() == 1 ? 0 : 1);
  }
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  CHECK_EQ(status, 0);
  CHECK_EQ(hangups.load(), 0);
}

int main() {
  struct sigaction action {};
  action.sa_handler = count_hangup;
  ::sigaction(SIGHUP, &action, nullptr);
  return acme_test::run("reload_pipe",
                        {ACME_TEST(one_request_is_one_hangup), ACME_TEST(nothing_is_asked_through_a_closed_pipe),
                         ACME_TEST(the_owner_ends_without_a_hangup), ACME_TEST(a_child_asks_its_parent),
                         ACME_TEST(ownership_can_move_to_a_child)});
}
