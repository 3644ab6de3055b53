#include "common/base/guard.hpp"

#include <memory>
#include <new>
#include <stdexcept>

#include "tests/check.hpp"

using namespace acme;

static void results_pass_through() {
  CHECK_EQ(guard(-1, [] { return 5; }), 5);
  int ran = 0;
  guard([&] { ++ran; });
  CHECK_EQ(ran, 1);
  CHECK(guard(std::unique_ptr<int>{}, [] { return std::make_unique<int>(3); }) != nullptr);
}

static void nothing_thrown_gets_out() {
  static_assert(noexcept(guard([] { throw 1; })));
  CHECK_EQ(guard(-1, []() -> int { throw std::bad_alloc{}; }), -1);
  CHECK_EQ(guard(-1, []() -> int { throw std::runtime_error{"x"}; }), -1);
  CHECK_EQ(guard(-1, []() -> int { throw 7; }), -1);
  bool after = false;
  guard([] { throw std::bad_alloc{}; });
  after = true;
  CHECK(after);
}

int main() { return acme_test::run("guard", {ACME_TEST(results_pass_through), ACME_TEST(nothing_thrown_gets_out)}); }
