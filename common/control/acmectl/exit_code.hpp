// How acmectl ends: codes that scripts can tell apart, the same in README and man page, and the one line with it.
#pragma once

#include <string>

#include "common/control/messages.hpp"

namespace acme {

enum class ExitCode : int {
  done = 0,
  failed = 1,          // the CA, the engine or the disk refused; the line says which
  usage = 2,           // the command line
  no_engine = 3,       // no server runs for this state directory
  no_permission = 4,   // root only
  unknown_name = 5,    // no such certificate or issuer
  declined = 6,        // not confirmed, or no terminal to ask at and no --yes
  ambiguous_name = 7,  // several answer to it
  engine_ended = 8,    // while the command was under way; what was begun may go on
};

struct Outcome {
  ExitCode code = ExitCode::done;
  std::string message;  // of a failure; may be empty with `done`
  std::string hint;

  bool done() const noexcept { return code == ExitCode::done; }
};

Outcome outcome_of(const ControlEnd& end);
Outcome outcome_of(const Error& error);
inline Outcome failure(ExitCode code, std::string message, std::string hint = {}) {
  return {code, std::move(message), std::move(hint)};
}

}  // namespace acme
