#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace acme {

void show_progress(const ControlAnswer& answer) {
  const auto* progress = std::get_if<ControlProgress>(&answer);
  if (progress != nullptr && progress->level != LogLevel::debug) tell(progress->line);
}

std::optional<Outcome> unless_confirmed(const Options& options, const std::string& question) {
  if (options.yes) return std::nullopt;
  switch (confirm(question)) {
    case Confirmation::yes: return std::nullopt;
    case Confirmation::no: return failure(ExitCode::declined, "nothing was done: not confirmed");
    case Confirmation::nobody_there: break;
  }
  return failure(ExitCode::declined, "nothing was done: there is no terminal to ask at", "confirm by --yes");
}

Outcome renew(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  ControlRequest request;
  request.verb = ControlVerb::renew;
  request.name = options.name;
  request.force = options.force;
  request.dry_run = options.dry_run;
  if (!options.name.empty()) {
    const Found found = find_certificate(*states, options.name);
    if (!found.outcome.done()) return found.outcome;
    *states = {found.state};
  }
  Outcome done = ask_engines(
      *states, request, [](const std::string&) {}, show_progress);
  if (done.done()) tell(done.message);
  return done;
}

}  // namespace acme
