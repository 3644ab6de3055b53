// The server's own configuration test, run as `acmectl plan` needs it: told to report what it read.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/control/rows.hpp"

namespace acme {

/// The certificates that the configuration on disk wants. Runs what <state>/server.json names, and that only if the
/// file belongs to root, or to who calls, and nobody else may write to it. ErrorKind::permission: not ours to run;
/// configuration: the server refuses the configuration (its own words are in the message); io.
Result<std::vector<CertificateRow>> read_wanted_certificates(const std::string& state);

}  // namespace acme
