// The programs that acme_on_event, dns_provider and acme_notify name: are they there, and is root's one safe to run?
#pragma once

#include <string>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// What an operator should hear at a configuration load, with file and line; a program may still be installed later,
/// so nothing is an error. `installed` is run as whoever loads the configuration, and must be changeable by nobody
/// else.
std::vector<std::string> doubts_about_programs(const std::vector<HookConfig>& hooks);
/// The same of its hooks, of its DNS providers and of what sends mail.
std::vector<std::string> doubts_about_programs(const Configuration& configuration);

/// Just before a program is run as root, or as whoever loads the configuration: ErrorKind::permission when another user
/// can change it by now. One that is not there is no error of this.
Status check_root_program(const std::string& program);

}  // namespace acme
