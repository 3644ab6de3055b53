#include "common/control/acmectl/exit_code.hpp"

namespace acme {

namespace {

ExitCode code_of(ControlFailure failure) {
  switch (failure) {
    case ControlFailure::failed: return ExitCode::failed;
    case ControlFailure::usage: return ExitCode::usage;
    case ControlFailure::permission: return ExitCode::no_permission;
    case ControlFailure::unknown_name: return ExitCode::unknown_name;
    case ControlFailure::ambiguous_name: return ExitCode::ambiguous_name;
    case ControlFailure::declined: return ExitCode::declined;
    case ControlFailure::stopping: return ExitCode::engine_ended;
  }
  return ExitCode::failed;
}

}  // namespace

Outcome outcome_of(const ControlEnd& end) {
  return {end.failure ? code_of(*end.failure) : ExitCode::done, end.message, end.hint};
}

Outcome outcome_of(const Error& error) {
  const ExitCode code = error.kind == ErrorKind::permission  ? ExitCode::no_permission
                        : error.kind == ErrorKind::not_found ? ExitCode::no_engine
                        : error.kind == ErrorKind::cancelled ? ExitCode::engine_ended
                                                             : ExitCode::failed;
  return {code, error.message, error.hint};
}

}  // namespace acme
