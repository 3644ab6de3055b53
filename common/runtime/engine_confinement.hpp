// What the engine needs of the file system, and so all that is left to its process.
#pragma once

#include <string>

#include "common/base/confinement.hpp"
#include "common/base/log.hpp"
#include "common/config/model.hpp"
#include "common/runtime/engine_thread.hpp"
#include "common/runtime/exchanged_files.hpp"

namespace acme {

/// Does the engine run programs of the operator's: hooks, DNS providers, mail? The kernel would confine them, too, and
/// take from them what setuid and setgid bits give. What is run for `installed` is run by the server's parent.
bool engine_runs_programs(const Configuration& configuration);

Confinement engine_confinement(const Configuration& configuration, const std::string& state_path,
                               const FilesOfProcess& files);

/// In the engine's own process, before it has threads. Says in one line what is in force; nothing here is an error.
/// Returns what must not be exchanged without a new process: files of directives, the engine's folders.
ExchangedFiles confine_engine(const Configuration& configuration, const std::string& state_path,
                              const FilesOfProcess& files, Logger& log);

}  // namespace acme
