// The commands of acmectl, one function each; every one prints what it has to show and returns how it ended.
#pragma once

#include "common/control/acmectl/exit_code.hpp"
#include "common/control/acmectl/options.hpp"

namespace acme {

Outcome show_status(const Options& options);
Outcome show_certificates(const Options& options);
Outcome show_config(const Options& options);
Outcome renew(const Options& options);
Outcome revoke(const Options& options);
Outcome show_accounts(const Options& options);
Outcome change_account(const Options& options);  // rollover, deactivate
Outcome export_pem(const Options& options);
Outcome plan(const Options& options);
Outcome test_notices(const Options& options);
Outcome check(const Options& options);

/// nullopt: go on; else `declined`. What cannot be undone is asked about unless --yes was given.
std::optional<Outcome> unless_confirmed(const Options& options, const std::string& question);

/// Shows a line of progress; anything else is not of interest.
void show_progress(const ControlAnswer& answer);

}  // namespace acme
