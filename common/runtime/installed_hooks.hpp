// The hooks for `installed`: run by who loads the configuration (root), after live/ has been written; the place for
// reloading other daemons. Nothing that a CA said reaches them: their arguments are the configuration's, their
// environment holds paths and configured names.
#pragma once

#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "common/config/model.hpp"

namespace acme {

/// Leaves them to a process of their own, nobody's child, and returns at once: hook after hook for each certificate of
/// `fresh` (indices of Configuration::certificates, whose live/ changed), each ended after a minute and tried three
/// times; what fails is told to `log`, copied into that process. Those of an earlier load are waited for.
/// ErrorKind::internal: no process to be had. One thread in the calling process.
Status run_installed_hooks(const Configuration& configuration, const std::vector<std::size_t>& fresh,
                           const std::string& state_path, Logger& log);

}  // namespace acme
