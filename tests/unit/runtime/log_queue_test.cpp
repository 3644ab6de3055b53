#include "common/runtime/log_queue.hpp"

#include <atomic>
#include <thread>

#include "tests/check.hpp"
#include "tests/fakes/recording_logger.hpp"

using namespace acme;
using namespace acme_test;

static void lines_arrive_in_order_and_once() {
  LogQueue queue;
  int rung = 0;
  queue.on_line([&] { ++rung; });
  queue.notice("one");
  queue.error("two");
  CHECK_EQ(rung, 2);
  RecordingLogger log;
  queue.drain(log);
  queue.drain(log);
  CHECK_EQ(log.all(), "notice: one\nerror: two\n");
}

static void too_many_lines_are_counted() {
  LogQueue queue;
  for (int i = 0; i < 10007; ++i) queue.info("line");
  RecordingLogger log;
  queue.drain(log);
  CHECK_EQ(log.count(LogLevel::info), 10000U);
  CHECK(log.has("7 lines of the engine's log were lost"));
  queue.info("again");
  RecordingLogger later;
  queue.drain(later);
  CHECK_EQ(later.all(), "info: again\n");
}

static void a_line_written_while_draining_is_not_lost() {
  LogQueue queue;
  RecordingLogger log;
  std::atomic<bool> done = false;
  std::thread writer{[&] {
    for (int i = 0; i < 2000; ++i) queue.info("line");
    done = true;
  }};
  while (!done) queue.drain(log);
  writer.join();
  queue.drain(log);
  CHECK_EQ(log.lines().size(), 2000U);
}

int main() {
  return acme_test::run("log_queue", {ACME_TEST(lines_arrive_in_order_and_once), ACME_TEST(too_many_lines_are_counted),
                                      ACME_TEST(a_line_written_while_draining_is_not_lost)});
}
