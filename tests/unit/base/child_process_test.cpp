#include "common/base/child_process.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "tests/check.hpp"
#include "tests/fakes/poll_loop.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

/// The shell is the program here; nothing of ours ever starts one.
ChildCommand script(const std::string& text, std::vector<std::string> environment = {}) {
  ChildCommand command;
  command.argv = {"/bin/sh", "-c", text};
  command.environment = std::move(environment);
  return command;
}

ChildOutcome run(ChildCommand command) {
  PollLoop loop;
  auto outcome = loop.run(run_child(loop.scheduler, loop.descriptors, std::move(command)));
  CHECK_OK(outcome);
  return *std::move(outcome);
}

}  // namespace

static void its_output_and_status_are_known() {
  const auto outcome = run(script("echo out; echo err >&2; exit 3"));
  CHECK_EQ(outcome.output, "out\nerr\n");
  CHECK(outcome.exited);
  CHECK_EQ(outcome.exit_status, 3);
  CHECK(!outcome.succeeded());
  CHECK_EQ(describe(outcome, 60s), "ended with status 3");
  CHECK(run(script("true")).succeeded());
}

static void arguments_pass_no_shell() {
  ChildCommand command;
  command.argv = {"/bin/echo", "a b", "$HOME", "`id`", ";", ""};
  CHECK_EQ(run(std::move(command)).output, "a b $HOME `id` ; \n");
}

static void its_input_is_what_it_was_given() {
  ChildCommand command = script("cat");
  command.input = std::string("a\0b\n", 4);
  CHECK_EQ(run(std::move(command)).output, std::string("a\0b\n", 4));
  CHECK_EQ(run(script("cat; echo end")).output, "end\n");
  // More than a pipe holds, and nobody reads it.
  ChildCommand large = script("wc -c");
  large.input = std::string(1 << 20, 'x');
  CHECK_EQ(trim(run(std::move(large)).output), "1048576");
  ChildCommand unread = script("true");
  unread.input = std::string(1 << 20, 'x');
  CHECK(run(std::move(unread)).succeeded());
}

static void the_environment_is_the_given_one_alone() {
  ::setenv("ACME_TEST_SECRET", "x", 1);
  ChildCommand command;
  command.argv = {"/usr/bin/env"};
  command.environment = {"A=1", "B=two words"};
  CHECK_EQ(run(std::move(command)).output, "A=1\nB=two words\n");
}

static void nothing_is_inherited() {
  // Not CLOEXEC, as other modules' descriptors may be.
  const UniqueFd leaked{::open("/dev/null", O_RDONLY)};
  CHECK(leaked.get() >= 3);
  CHECK_EQ(
      run(script("for n in 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$n && echo $n; done; readlink /proc/$$/fd/0")).output,
      "/dev/null\n");
}

static void signals_are_at_their_defaults() {
  ::signal(SIGTERM, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  const auto outcome = run(script("kill -TERM $$; echo still here"));
  ::pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
  ::signal(SIGTERM, SIG_DFL);
  CHECK(!outcome.exited);
  CHECK_EQ(outcome.ended_by, SIGTERM);
  CHECK_EQ(describe(outcome, 60s), "was ended by signal 15");
}

static void long_output_is_cut_and_hangs_nobody() {
  const auto outcome = run(script("head -c 300000 /dev/zero | tr '\\0' x; echo end >&2; exit 0"));
  CHECK(outcome.succeeded());
  CHECK_EQ(outcome.output.size(), 16U * 1024);
}

static void who_hangs_is_ended_with_all_that_it_started() {
  const TemporaryDirectory directory;
  const std::string mark = directory.path() + "/survived";
  ChildCommand command = script(cat("(sleep 2; touch ", mark, ") & sleep 30"));
  command.limit = 1s;
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = run(std::move(command));
  CHECK(outcome.timed_out && !outcome.succeeded());
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  ::sleep(2);
  CHECK(::access(mark.c_str(), F_OK) != 0);
}

static void who_ignores_the_request_is_killed() {
  ChildCommand command = script("trap '' TERM; echo on; while :; do sleep 0.1; done");
  command.limit = 1s;
  command.grace = 200ms;
  const auto outcome = run(std::move(command));
  CHECK(outcome.timed_out);
  CHECK_EQ(outcome.output, "on\n");
  CHECK_EQ(outcome.ended_by, SIGKILL);
  CHECK_EQ(describe(outcome, 60s), "was ended after 60 s");
}

static void what_runs_on_in_the_background_is_not_waited_for() {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = run(script("sleep 3 & echo done"));
  CHECK(outcome.succeeded());
  CHECK_EQ(outcome.output, "done\n");
  CHECK(std::chrono::steady_clock::now() - start < 2s);
}

static void a_program_that_cannot_run_is_the_operators_error() {
  const TemporaryDirectory directory;
  const std::string plain = directory.path() + "/plain";
  UniqueFd{::open(plain.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)};
  for (const auto& program : {std::string{"/nonexistent/program"}, directory.path(), plain}) {
    PollLoop loop;
    ChildCommand command;
    command.argv = {program};
    auto outcome = loop.run(run_child(loop.scheduler, loop.descriptors, std::move(command)));
    CHECK(!outcome);
    CHECK(outcome.error().kind == ErrorKind::configuration);
    CHECK(outcome.error().message.find(program) != std::string::npos);
  }
}

static Task<void> run_hanging(PollLoop& loop, std::optional<ErrorKind>& ended) {
  ChildCommand command = script("trap '' TERM; sleep 30");
  auto task = run_child(loop.scheduler, loop.descriptors, std::move(command));
  auto outcome = co_await std::move(task);
  ended = outcome ? ErrorKind::internal : outcome.error().kind;
}

static void a_stop_ends_it_at_once() {
  PollLoop loop;
  std::optional<ErrorKind> ended;
  loop.scheduler.spawn(run_hanging(loop, ended));
  loop.turn(50ms);
  const auto start = std::chrono::steady_clock::now();
  loop.scheduler.cancel_all();
  loop.scheduler.run_ready();
  CHECK(ended == ErrorKind::cancelled);
  CHECK(std::chrono::steady_clock::now() - start < 500ms);
}

int main() {
  return acme_test::run(
      "child_process",
      {ACME_TEST(its_output_and_status_are_known), ACME_TEST(its_input_is_what_it_was_given),
       ACME_TEST(arguments_pass_no_shell), ACME_TEST(the_environment_is_the_given_one_alone),
       ACME_TEST(nothing_is_inherited), ACME_TEST(signals_are_at_their_defaults),
       ACME_TEST(long_output_is_cut_and_hangs_nobody), ACME_TEST(who_hangs_is_ended_with_all_that_it_started),
       ACME_TEST(who_ignores_the_request_is_killed), ACME_TEST(what_runs_on_in_the_background_is_not_waited_for),
       ACME_TEST(a_program_that_cannot_run_is_the_operators_error), ACME_TEST(a_stop_ends_it_at_once)});
}
