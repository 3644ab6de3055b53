#include "common/base/result.hpp"

#include <memory>

#include "common/base/log.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorKind::malformed, "odd", "give an even one"};
  return number / 2;
}

Result<std::unique_ptr<int>> boxed(bool good) {
  if (!good) return Error{ErrorKind::io, "no box"};
  return std::make_unique<int>(7);
}

Status done(bool good) {
  if (!good) return Error{ErrorKind::permission, "denied"};
  return {};
}

}  // namespace

static void a_result_is_a_value_or_an_error() {
  const auto four = half(8);
  CHECK(four.ok() && static_cast<bool>(four));
  CHECK_EQ(*four, 4);
  const auto odd = half(3);
  CHECK(!odd.ok() && !static_cast<bool>(odd));
  CHECK(odd.error().kind == ErrorKind::malformed);
  CHECK_EQ(odd.error().message, "odd");
}

static void values_that_only_move_can_be_taken_out() {
  auto box = boxed(true);
  CHECK_EQ(**box, 7);
  const std::unique_ptr<int> taken = std::move(box).value();
  CHECK_EQ(*taken, 7);
  const std::unique_ptr<int> again = *boxed(true);
  CHECK_EQ(*again, 7);
  CHECK_EQ(boxed(false).error().message, "no box");
}

static void a_status_has_no_value() {
  CHECK_OK(done(true));
  CHECK(done(false).error().kind == ErrorKind::permission);
}

static void context_gathers_on_the_way_up_and_the_first_hint_stays() {
  auto odd = half(3);
  Error error = std::move(odd).error().with_context("line 7").with_context("acme.conf").with_hint("another hint");
  CHECK_EQ(error.message, "acme.conf: line 7: odd");
  CHECK_EQ(error.hint, "give an even one");
  CHECK_EQ(Error(ErrorKind::io, "x").with_hint("now there is one").hint, "now there is one");
}

static void described_an_error_is_one_line() {
  Error error{ErrorKind::problem, "the CA refused", "ask it"};
  error.subproblems.push_back({"a.example", "caa", "CAA forbids"});
  CHECK_EQ(describe(error), "the CA refused: CAA forbids (ask it)");
  error.subproblems.push_back({"b.example", "dns", "no address"});
  CHECK_EQ(describe(error), "the CA refused; a.example: CAA forbids; b.example: no address (ask it)");
  CHECK_EQ(describe(Error{ErrorKind::io, "plain"}), "plain");
}

int main() {
  return acme_test::run(
      "result", {ACME_TEST(a_result_is_a_value_or_an_error), ACME_TEST(values_that_only_move_can_be_taken_out),
                 ACME_TEST(a_status_has_no_value), ACME_TEST(context_gathers_on_the_way_up_and_the_first_hint_stays),
                 ACME_TEST(described_an_error_is_one_line)});
}
