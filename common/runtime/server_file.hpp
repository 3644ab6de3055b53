// <state>/server.json: how the configuration of the running server is tested, for `acmectl plan`
// (control/plan_report.hpp). Written by who loads the configuration, where only he may write: what it names is run as
// root.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/config/model.hpp"

namespace acme {

/// The running program's own path; after a package upgrade that of the file that took its place.
std::string running_program();
/// The environment variables whose names begin with `prefix`, as "NAME=value".
std::vector<std::string> environment_with_prefix(const std::string& prefix);

/// 0644, without a trace of secrets. ErrorKind::io, permission.
Status write_server_file(const std::string& state_path, const std::string& server, std::vector<std::string> argv,
                         std::vector<std::string> environment);

/// Under a configuration test that acmectl runs: tells it what was compiled. Else nothing.
void report_to_acmectl(const Configuration& configuration);

}  // namespace acme
