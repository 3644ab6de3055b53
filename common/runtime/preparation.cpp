#include "common/runtime/preparation.hpp"

#include <set>
#include <vector>

#include "common/base/text.hpp"
#include "common/runtime/installed_hooks.hpp"
#include "common/runtime/live_names.hpp"
#include "common/runtime/server_file.hpp"
#include "common/store/live_directory.hpp"
#include "common/store/state_directory.hpp"

namespace acme {

Status prepare_directories(const ServerSetup& setup, const TreesByPath& trees) {
  auto own = prepare_state_directory(setup.state_path, setup.worker);
  if (!own) return own;
  for (const auto& [path, tree] : trees) {
    if (path == setup.state_path) continue;
    auto other = prepare_state_directory(path, setup.worker);
    if (!other) return other;
  }
  return {};
}

Status provide_secret(const std::string& state_path, TreesByPath& trees) {
  auto secret = ensure_secret(state_path);
  if (!secret) return std::move(secret).error();
  for (auto& [path, tree] : trees) tree->set_secret(secret->clone());
  return {};
}

void tell_acmectl(const ServerSetup& setup, Logger& log) {
  if (setup.test_command.empty()) return;
  auto written = write_server_file(setup.state_path, setup.server, setup.test_command, setup.test_environment);
  if (!written) log.warn(cat("acmectl plan will not work: ", describe(written.error())));
}

void write_live_directories(const std::string& state_path, const Configuration& configuration,
                            const Injection& injection, Logger& log) {
  const auto names = live_names(configuration);
  std::vector<std::size_t> fresh;
  std::set<std::size_t> looked_at;  // a wildcard may serve several sets
  for (std::size_t set = 0; set < configuration.sets.size(); ++set) {
    const auto& pairs = injection.of_set(set);
    std::size_t next = 0;
    for (const std::size_t index : configuration.sets[set].certificates) {
      const std::uint64_t version = injection.version_of(configuration.certificates[index].id);
      if (version == 0) continue;
      const PemPair& pair = pairs[next++];
      if (!looked_at.insert(index).second) continue;
      auto written = write_live(state_path, names[index], version, pair.fullchain, pair.key);
      if (!written) log.warn(cat("live/", names[index], ": ", describe(written.error())));
      if (written && *written) fresh.push_back(index);
    }
  }
  for (const auto& name : remove_expired_live(state_path, names, SystemClock{}.now())) {
    log.notice(cat("live/", name, " is removed: its certificate has expired, and it is not configured any more"));
  }
  auto begun = run_installed_hooks(configuration, fresh, state_path, log);
  if (!begun) log.error(describe(begun.error()));
}

}  // namespace acme
