#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace acme {

Outcome test_notices(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  ControlRequest request;
  request.verb = ControlVerb::notify_test;
  Outcome done = ask_engines(
      *states, request, [](const std::string&) {}, show_progress);
  if (done.done()) tell(done.message);
  return done;
}

}  // namespace acme
