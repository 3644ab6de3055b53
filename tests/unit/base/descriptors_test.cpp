#include "common/base/descriptors.hpp"

#include <fcntl.h>

#include <array>
#include <string>

#include "common/base/unique_fd.hpp"
#include "tests/check.hpp"
#include "tests/fakes/poll_loop.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    CHECK_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  void put() const { CHECK_EQ(::write(writer.get(), "x", 1), 1); }
  UniqueFd reader;
  UniqueFd writer;
};

char letter(Wake wake) { return wake == Wake::ready ? 'r' : wake == Wake::timed_out ? 't' : 'c'; }

Task<void> await_readable(PollLoop& loop, int fd, std::optional<SteadyTime> until, std::string& trace) {
  const Wake wake = co_await loop.descriptors.readable(fd, until);
  trace += letter(wake);
}

Task<void> await_writable(PollLoop& loop, int fd, std::optional<SteadyTime> until, std::string& trace) {
  const Wake wake = co_await loop.descriptors.writable(fd, until);
  trace += letter(wake);
}

}  // namespace

static void only_who_waits_for_what_came_goes_on() {
  Pipe one;
  Pipe two;
  PollLoop loop;
  std::string first;
  std::string second;
  loop.scheduler.spawn(await_readable(loop, one.reader.get(), std::nullopt, first));
  loop.scheduler.spawn(await_readable(loop, two.reader.get(), std::nullopt, second));
  two.put();
  loop.turn();
  CHECK_EQ(first, "");
  CHECK_EQ(second, "r");
  one.put();
  loop.turn();
  CHECK_EQ(first, "r");
}

static void several_may_wait_for_the_same() {
  Pipe pipe;
  PollLoop loop;
  std::string trace;
  for (int i = 0; i < 3; ++i) loop.scheduler.spawn(await_readable(loop, pipe.reader.get(), std::nullopt, trace));
  pipe.put();
  loop.turn();
  CHECK_EQ(trace, "rrr");
}

static void the_end_of_a_pipe_wakes_its_reader() {
  Pipe pipe;
  PollLoop loop;
  std::string trace;
  loop.scheduler.spawn(await_readable(loop, pipe.reader.get(), std::nullopt, trace));
  pipe.writer.reset();
  loop.turn();
  CHECK_EQ(trace, "r");
}

static void a_full_pipe_is_writable_once_it_was_read() {
  Pipe pipe;
  std::array<char, 4096> page{};
  while (::write(pipe.writer.get(), page.data(), page.size()) > 0) {
  }
  PollLoop loop;
  std::string trace;
  loop.scheduler.spawn(await_writable(loop, pipe.writer.get(), std::nullopt, trace));
  loop.turn(1ms);
  CHECK_EQ(trace, "");
  while (::read(pipe.reader.get(), page.data(), page.size()) > 0) {
  }
  loop.turn();
  CHECK_EQ(trace, "r");
}

static void a_deadline_ends_the_wait() {
  Pipe pipe;
  PollLoop loop;
  std::string trace;
  loop.scheduler.spawn(await_readable(loop, pipe.reader.get(), loop.clock.steady_now() + 5ms, trace));
  loop.turn();
  CHECK_EQ(trace, "t");
  // What was given up is waited for no longer.
  std::vector<pollfd> polled;
  loop.descriptors.fill(polled);
  CHECK(polled.empty());
}

static void a_stop_ends_all_waits_and_those_to_come() {
  Pipe pipe;
  PollLoop loop;
  std::string trace;
  loop.scheduler.spawn(await_readable(loop, pipe.reader.get(), std::nullopt, trace));
  loop.scheduler.spawn(await_writable(loop, pipe.reader.get(), loop.clock.steady_now() + 1h, trace));
  loop.scheduler.cancel_all();
  loop.turn();
  CHECK_EQ(trace, "cc");
  loop.scheduler.spawn(await_readable(loop, pipe.reader.get(), std::nullopt, trace));
  CHECK_EQ(trace, "ccc");
  CHECK_EQ(loop.scheduler.running(), 0U);
}

static void a_bad_descriptor_is_no_endless_wait() {
  PollLoop loop;
  std::string trace;
  loop.scheduler.spawn(await_readable(loop, 1 << 20, std::nullopt, trace));
  loop.turn();
  CHECK_EQ(trace, "r");
}

int main() {
  return acme_test::run(
      "descriptors",
      {ACME_TEST(only_who_waits_for_what_came_goes_on), ACME_TEST(several_may_wait_for_the_same),
       ACME_TEST(the_end_of_a_pipe_wakes_its_reader), ACME_TEST(a_full_pipe_is_writable_once_it_was_read),
       ACME_TEST(a_deadline_ends_the_wait), ACME_TEST(a_stop_ends_all_waits_and_those_to_come),
       ACME_TEST(a_bad_descriptor_is_no_endless_wait)});
}
