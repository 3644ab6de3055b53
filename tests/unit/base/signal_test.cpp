#include "common/base/signal.hpp"

#include <csignal>

#include "tests/check.hpp"

using namespace acme;

static void numbers_that_mean_everybody_are_refused() {
  // 0 alone asks whether it could be sent: even a mistake here would end nothing.
  for (const pid_t leader : {0, 1, -1, -2}) CHECK(!signal_group(leader, 0));
}

int main() { return acme_test::run("signal", {ACME_TEST(numbers_that_mean_everybody_are_refused)}); }
