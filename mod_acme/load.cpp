#include "mod_acme/load.hpp"

#include "common/base/text.hpp"
#include "common/runtime/server_file.hpp"
#include "mod_acme/config_files.hpp"
#include "mod_acme/config_test.hpp"
#include "mod_acme/engine_watch.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/hosts.hpp"
#include "mod_acme/pool_object.hpp"
#include "mod_acme/retained.hpp"

namespace acme {

namespace {

constexpr const char* kPoolKey = "mod_acme load";
constexpr const char* kDefaultStatePath = "/var/lib/acme/apache";

/// This reading becomes a running server: no `-t`, no `-S`, and not the first of the two readings of a start.
bool real_load() {
  return ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_NORMAL &&
         ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG;
}

WorkerIdentity worker_identity() {
  if (geteuid() == 0) return {ap_unixd_config.user_id, ap_unixd_config.group_id};
  return {geteuid(), getegid()};
}

std::string user_agent() {
  ap_version_t version{};
  ap_get_server_revision(&version);
  return cat("mod_acme/", ACME_VERSION, " Apache/", version.major, ".", version.minor, ".", version.patch);
}

/// Runs when pconf is cleared: whatever is read from now on belongs to the next load.
apr_status_t end_of_load(void*) noexcept {
  Retained::get().next_load_starts_now();
  return APR_SUCCESS;
}

}  // namespace

Load* Load::of(apr_pool_t* pconf) {
  void* load = nullptr;
  apr_pool_userdata_get(&load, kPoolKey, pconf);
  return static_cast<Load*>(load);
}

Load* Load::of(const server_rec* server) { return host_config(server).load; }

Load& Load::begin(apr_pool_t* pconf) {
  Load& load = make_in_pool<Load>(pconf, pconf);
  apr_pool_userdata_setn(&load, kPoolKey, nullptr, pconf);
  apr_pool_cleanup_register(pconf, nullptr, end_of_load, apr_pool_cleanup_null);
  return load;
}

bool Load::anything_configured(const server_rec* main) const {
  if (!issuers.empty()) return true;
  for (const server_rec* server = main; server; server = server->next) {
    if (host_config(server).directive) return true;
  }
  return false;
}

Result<ServerSetup> Load::setup(server_rec* main) {
  auto draft = draft_hosts(main, held_);
  if (!draft) return std::move(draft).error();
  ServerSetup setup;
  setup.server = "apache";
  setup.user_agent = user_agent();
  setup.state_path = state_path.empty() ? kDefaultStatePath : state_path;
  auto placed = check_state_path(setup.state_path, cache_roots);
  for (const auto& issuer : issuers) {
    if (placed && !issuer.state_path.empty()) placed = check_state_path(issuer.state_path, cache_roots);
  }
  if (!placed) return std::move(placed).error();
  setup.sandbox = sandbox.value_or(true);
  setup.worker = worker_identity();
  setup.real_load = real_load();
  int generation = 0;
  setup.reload = ap_mpm_query(AP_MPMQ_GENERATION, &generation) == APR_SUCCESS && generation > 0;
  if (setup.real_load) setup.loaded_files = loaded_files(main, Retained::get().load_started());
  setup.test_command = config_test_arguments(main->process->argc, main->process->argv);
  setup.test_command.front() = running_program();
  setup.test_environment = environment_with_prefix("APACHE_");
  setup.draft = *std::move(draft);
  setup.draft.issuers = std::move(issuers);
  if (reload) setup.draft.reload = *reload;
  setup.draft.hooks = std::move(hooks);
  setup.draft.notify = std::move(notify);
  return setup;
}

bool Load::check(server_rec* main) {
  if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_DUMP || !anything_configured(main)) return true;
  TerminalLogger terminal;
  unshare_host_configs(main, pool_);
  if (ap_unixd_config.chroot_dir) {
    held_.warn("ChrootDir: the state directory must be found under the same path inside of it");
  }
  for (const auto& notice : notices) held_.notice(notice);
  auto prepared = setup(main);
  if (!prepared) {
    terminal.error(describe(prepared.error()));
    return false;
  }
  auto server = Server::configure(*std::move(prepared), held_, Retained::get().previous());
  if (!server) {
    terminal.error(describe(server.error()));
    return false;
  }
  server_ = &Retained::get().replace(*std::move(server));
  for (server_rec* each = main; each; each = each->next) host_config(each).load = this;
  if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST) held_.write_out(terminal);
  return true;
}

void Load::finish(server_rec* main) {
  pem_files_.clear();
  if (!server_ || !real_load()) return;
  HttpdLogger logger{main};
  held_.write_out(logger);
  if (server_->configuration().certificates.empty()) return;
  server_->prepare(logger);
  if (!server_->can_run_engine()) return;
  engine_ = &make_in_pool<EngineWatch>(pool_, pool_, main, *server_);
  engine_->start();
}

}  // namespace acme
