// The command line of acmectl as values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/control/acmectl/exit_code.hpp"

namespace acme {

enum class Command : std::uint8_t {
  status,
  certificates,
  renew,
  revoke,
  account_show,
  account_rollover,
  account_deactivate,
  plan,
  export_pem,
  config,
  notify_test,
  check,
};

struct Options {
  Command command = Command::status;
  std::string state;               // empty: every directory under the default root
  std::string name;                // of a certificate, or of an issuer
  std::vector<std::string> names;  // check
  bool json = false;
  bool yes = false;
  bool all = false;
  bool force = false;
  bool dry_run = false;
  bool no_renew = false;
  int reason = 0;
  std::string serial;
  std::string certificate_file;
  std::string key_file;
  std::string issuer;
  std::string output;  // export: a directory; empty: standard output
};

/// Nothing to do (--help and the like were printed; or the message was, by the parser's own words): `exit`.
struct Parsed {
  Options options;
  std::optional<ExitCode> exit;
};

/// Prints help and what is wrong with the command line itself.
Parsed parse_command_line(int argc, const char* const* argv);

}  // namespace acme
