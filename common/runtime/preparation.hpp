// What a real load does as root before the server serves: state directories, the secret, live/, and what acmectl must
// know. Whatever fails is told; the server starts all the same.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "common/config/model.hpp"
#include "common/runtime/injection.hpp"
#include "common/runtime/server.hpp"
#include "common/runtime/serving_tree.hpp"

namespace acme {

/// One for each state directory in use.
using TreesByPath = std::map<std::string, std::shared_ptr<ServingTree>>;

/// Makes the server's own state directory and those of issuers. The error says what mends it.
Status prepare_directories(const ServerSetup& setup, const TreesByPath& trees);

/// Reads or makes the secret, for all trees.
Status provide_secret(const std::string& state_path, TreesByPath& trees);

/// How the server's configuration is tested.
void tell_acmectl(const ServerSetup& setup, Logger& log);

/// What was injected goes to live/; what is new there is told to the hooks for `installed`.
void write_live_directories(const std::string& state_path, const Configuration& configuration,
                            const Injection& injection, Logger& log);

}  // namespace acme
