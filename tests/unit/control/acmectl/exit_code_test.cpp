#include "common/control/acmectl/exit_code.hpp"

#include <set>

#include "tests/check.hpp"

using namespace acme;

static int code(ControlFailure failure) {
  return static_cast<int>(outcome_of(control_failure(failure, "message", "hint")).code);
}

static void every_failure_has_its_documented_code() {
  CHECK_EQ(static_cast<int>(outcome_of(ControlEnd{}).code), 0);
  CHECK_EQ(code(ControlFailure::failed), 1);
  CHECK_EQ(code(ControlFailure::usage), 2);
  CHECK_EQ(code(ControlFailure::permission), 4);
  CHECK_EQ(code(ControlFailure::unknown_name), 5);
  CHECK_EQ(code(ControlFailure::declined), 6);
  CHECK_EQ(code(ControlFailure::ambiguous_name), 7);
  CHECK_EQ(code(ControlFailure::stopping), 8);
}

static void errors_on_the_way_have_one_too() {
  CHECK(outcome_of(Error{ErrorKind::not_found, "m"}).code == ExitCode::no_engine);
  CHECK(outcome_of(Error{ErrorKind::permission, "m"}).code == ExitCode::no_permission);
  CHECK(outcome_of(Error{ErrorKind::cancelled, "m"}).code == ExitCode::engine_ended);
  for (const auto kind : {ErrorKind::internal, ErrorKind::io, ErrorKind::malformed, ErrorKind::problem}) {
    CHECK(outcome_of(Error{kind, "m", "h"}).code == ExitCode::failed);
    CHECK_EQ(outcome_of(Error{kind, "m", "h"}).message, "m");
    CHECK_EQ(outcome_of(Error{kind, "m", "h"}).hint, "h");
  }
}

int main() {
  return acme_test::run("exit codes",
                        {ACME_TEST(every_failure_has_its_documented_code), ACME_TEST(errors_on_the_way_have_one_too)});
}
