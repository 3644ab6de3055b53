#include "common/base/seldom.hpp"

#include <thread>
#include <vector>

#include "tests/check.hpp"

using namespace acme;
using namespace std::chrono_literals;

static void once_in_each_span() {
  for (const SteadyTime begin : {SteadyTime{}, SteadyTime{-1h}, SteadyTime{1000h}}) {
    Seldom seldom{60s};
    CHECK(seldom.is_due(begin));
    CHECK(!seldom.is_due(begin));
    CHECK(!seldom.is_due(begin + 59999ms));
    CHECK(seldom.is_due(begin + 60s));
    CHECK(!seldom.is_due(begin + 119s));
    CHECK(seldom.is_due(begin + 10h));
  }
}

static void one_of_several_threads() {
  for (int round = 0; round < 100; ++round) {
    Seldom seldom{60s};
    std::atomic<int> told{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { told += seldom.is_due(SteadyTime{1s}) ? 1 : 0; });
    }
    for (auto& thread : threads) thread.join();
    CHECK_EQ(told.load(), 1);
  }
}

int main() { return acme_test::run("seldom", {ACME_TEST(once_in_each_span), ACME_TEST(one_of_several_threads)}); }
