// A program of the operator's, run and awaited: no shell, nothing inherited but what is given.
//
// The child leads its own process group, reads /dev/null or the input it is given, has the environment of its command
// alone and no descriptor but its output, and every signal at its default. When its time is up the group gets SIGTERM,
// a few seconds later SIGKILL. Nobody else of this process may reap children meanwhile (SIGCHLD at its default).
#pragma once

#include <string>
#include <vector>

#include "common/base/descriptors.hpp"
#include "common/base/result.hpp"
#include "common/base/task.hpp"

namespace acme {

struct ChildCommand {
  std::vector<std::string> argv;         // the program by its absolute path first
  std::vector<std::string> environment;  // "NAME=value"
  std::string input;                     // its stdin
  Seconds limit{60};
  Duration grace = std::chrono::seconds{5};  // between SIGTERM and SIGKILL
};

struct ChildOutcome {
  bool exited = false;  // by itself, with exit_status; else by `ended_by`
  int exit_status = 0;
  int ended_by = 0;        // the signal; 0: not known
  bool timed_out = false;  // we ended it
  std::string output;      // stdout and stderr, the first 16 KB, as it came

  bool succeeded() const noexcept { return exited && exit_status == 0 && !timed_out; }
};

/// "ended with status 3", "was ended by signal 9", "was ended after 60 s": for people.
std::string describe(const ChildOutcome& outcome, Seconds limit);

/// Done when the child has ended. What it left in the background goes on, unless the time was up.
/// ErrorKind::configuration: the program is not there or may not be run; internal: no process or descriptor to be
/// had; cancelled: a stop, the child was ended.
Task<Result<ChildOutcome>> run_child(Scheduler& scheduler, Descriptors& descriptors, ChildCommand command);

}  // namespace acme
