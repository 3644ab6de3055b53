// Load: one reading of the configuration, from the first directive to the next reload. Lives in
// pconf, so httpd ends it by clearing that pool.
//
//     pre_config      an empty Load
//     directives      fill it (directives.cpp) and the HostConfig of each virtual host
//     check_config    which virtual hosts are managed, Server::configure(); also under `apachectl -t`
//     post_config     mod_ssl gets its certificates (tls.cpp); then, on a real start, the state
//                     directory and the engine process (engine_watch.hpp)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/config/model.hpp"
#include "common/runtime/server.hpp"
#include "mod_acme/log.hpp"
#include "mod_acme/pem_file.hpp"
#include "mod_acme/state_path.hpp"

namespace acme {

class EngineWatch;

class Load {
 public:
  explicit Load(apr_pool_t* pool) : pool_{pool} {}

  /// The Load that pconf holds; nullptr before pre_config.
  static Load* of(apr_pool_t* pconf);
  /// The Load a server_rec belongs to; nullptr when the module is loaded but nothing is configured.
  static Load* of(const server_rec* server);
  static Load& begin(apr_pool_t* pconf);

  /// Filled by the directives.
  std::vector<IssuerConfig> issuers;
  std::optional<ReloadConfig> reload;
  std::vector<HookConfig> hooks;
  std::vector<NotifyConfig> notify;
  std::string state_path;
  std::optional<bool> sandbox;
  std::vector<std::string> notices;
  std::vector<CacheRoot> cache_roots;

  /// False: the configuration is wrong and that has been said.
  bool check(server_rec* main);
  /// After all of mod_ssl's work. A real load makes the state directory and starts the engine.
  void finish(server_rec* main);

  Server* server() const { return server_; }
  EngineWatch* engine() const { return engine_; }
  /// The files mod_ssl reads while it configures one virtual host.
  std::vector<PemFile>& pem_files() { return pem_files_; }

 private:
  Result<ServerSetup> setup(server_rec* main);
  bool anything_configured(const server_rec* main) const;

  apr_pool_t* pool_;
  Server* server_ = nullptr;  // owned by Retained: outlives this object
  EngineWatch* engine_ = nullptr;
  HeldLogger held_;
  std::vector<PemFile> pem_files_;
};

}  // namespace acme
