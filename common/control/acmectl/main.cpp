// acmectl: what an operator asks the engine of a running server (README, "acmectl"; acmectl(8)).
#include <iostream>

#include "common/base/guard.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace {

acme::Outcome run(const acme::Options& options) {
  using acme::Command;
  switch (options.command) {
    case Command::status: return show_status(options);
    case Command::certificates: return show_certificates(options);
    case Command::renew: return renew(options);
    case Command::revoke: return revoke(options);
    case Command::account_show: return show_accounts(options);
    case Command::account_rollover:
    case Command::account_deactivate: return change_account(options);
    case Command::plan: return plan(options);
    case Command::export_pem: return export_pem(options);
    case Command::config: return show_config(options);
    case Command::notify_test: return test_notices(options);
    case Command::check: return check(options);
  }
  return acme::failure(acme::ExitCode::usage, "this command is not known");
}

}  // namespace

int main(int argc, char** argv) {
  return acme::guard(static_cast<int>(acme::ExitCode::failed), [&] {
    const acme::Parsed parsed = acme::parse_command_line(argc, argv);
    if (parsed.exit) return static_cast<int>(*parsed.exit);
    const acme::Outcome outcome = run(parsed.options);
    if (!outcome.done()) acme::tell_error(outcome.message, outcome.hint);
    return static_cast<int>(outcome.code);
  });
}
