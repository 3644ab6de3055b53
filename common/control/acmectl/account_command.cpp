#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/shown_issuer.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace acme {

Outcome show_accounts(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  ControlRequest request;
  request.verb = ControlVerb::account_show;
  request.issuer = options.name;
  JsonBuilder rows = JsonBuilder::array();
  const Outcome done = ask_engines(
      *states, request,
      [&](const std::string& state) {
        if (!options.json) tell(cat("Accounts of ", state, ":"));
      },
      [&](ControlAnswer& answer) {
        const auto* row = std::get_if<IssuerRow>(&answer);
        if (row == nullptr) return;
        if (options.json) {
          rows.add(to_json(*row));
        } else {
          for (const auto& line : account_lines(*row)) tell(line);
        }
      });
  if (!done.done() || !options.json) return done;
  JsonBuilder all = JsonBuilder::object();
  all.set("version", kControlVersion).set("accounts", std::move(rows));
  if (print(all.text() + "\n")) return done;
  return failure(ExitCode::failed, "cannot write the answer");
}

Outcome change_account(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  if (states->size() > 1) {
    return failure(ExitCode::ambiguous_name, cat("there are ", states->size(), " state directories"),
                   "choose one by --state");
  }
  const bool rollover = options.command == Command::account_rollover;
  ControlRequest request;
  request.verb = rollover ? ControlVerb::account_rollover : ControlVerb::account_deactivate;
  request.issuer = options.name;
  const std::string whose = options.name.empty() ? "" : cat(" at ", options.name);
  const std::string question =
      rollover ? cat("Replace the key of the account", whose, "? The old one is gone then, here and at the CA.")
               : cat("Deactivate the account", whose,
                     " for good? Nothing is ordered or renewed there any more, and the CA does not take it back.");
  if (auto declined = unless_confirmed(options, question)) return *declined;
  Outcome done = ask_engine(states->front(), request, show_progress);
  if (done.done()) tell(done.message);
  return done;
}

}  // namespace acme
