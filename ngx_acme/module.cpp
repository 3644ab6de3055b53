#include "ngx_acme/module.hpp"

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/base/guard.hpp"
#include "ngx_acme/directives.hpp"
#include "ngx_acme/log.hpp"
#include "ngx_acme/serving.hpp"
#include "ngx_acme/setup.hpp"
#include "ngx_acme/status.hpp"
#include "ngx_acme/tls_alpn.hpp"
#include "ngx_acme/variables.hpp"

namespace acme {

namespace {

void* acme_create_main_conf(ngx_conf_t* cf) noexcept {
  return guard(static_cast<void*>(nullptr), [&]() -> void* { return make_in_pool<MainConf>(cf->pool); });
}

void* acme_create_srv_conf(ngx_conf_t* cf) noexcept {
  return guard(static_cast<void*>(nullptr), [&]() -> void* { return make_in_pool<ServerConf>(cf->pool); });
}

ngx_int_t acme_preconfiguration(ngx_conf_t* cf) noexcept {
  return guard(ngx_int_t{NGX_ERROR}, [&] { return add_variables(cf); });
}

/// nginx calls this module by module, merging as it goes; module_order puts us before ngx_http_ssl_module.
char* acme_init_main_conf(ngx_conf_t* cf, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    const Status done = set_up_server(cf, *static_cast<MainConf*>(conf));
    if (done) return NGX_CONF_OK;
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "acme: %s", describe(done.error()).c_str());
    return kConfError;
  });
}

ngx_int_t acme_postconfiguration(ngx_conf_t* cf) noexcept {
  return guard(ngx_int_t{NGX_ERROR}, [&]() -> ngx_int_t {
    MainConf& main = main_conf(cf);
    if (main.server == nullptr) return NGX_OK;
    Status done = check_state_path(cf->cycle, main.state_path);
    for (const auto& [name, issuer] : main.server->configuration().issuers) {
      if (done && !issuer.state_path.empty()) done = check_state_path(cf->cycle, issuer.state_path);
    }
    if (!done) {
      ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "acme: %s", describe(done.error()).c_str());
      return NGX_ERROR;
    }
    watch_handshakes(cf, main);
    answer_tls_alpn(cf, main);
    return add_http01_handler(cf);
  });
}

/// Before each fork: a daemon's pid is another one than at configuration time.
void acme_before_fork() noexcept {
  guard([] {
    if (ngx_process != NGX_PROCESS_MASTER && ngx_process != NGX_PROCESS_SINGLE) return;
    if (const MainConf* main = main_conf(ngx_cycle); main != nullptr) main->reload_pipe.own();
  });
}

void own_pipe_before_forks() {
  static const int registered = ::pthread_atfork(acme_before_fork, nullptr, nullptr);
  static_cast<void>(registered);
}

bool has_master(const ngx_cycle_t* cycle) {
  return reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(cycle->conf_ctx, ngx_core_module))->master != 0;
}

/// `master_process off`: no process is forked, and SIGHUP does not call init_process again.
void start_in_single_process(ngx_cycle_t* cycle, MainConf& main) {
  NginxLogger log{cycle->log};
  if (::geteuid() == 0) {
    log.error("the engine does not run as root: nothing is ordered or renewed (remove \"master_process off\")");
    return;
  }
  if (main.engine.started() || !main.server->can_run_engine()) return;
  main.reload_pipe.own();
  if (const Status started = main.engine.start(cycle, main, ::getpid()); !started) log.error(describe(started.error()));
}

ngx_int_t acme_init_module(ngx_cycle_t* cycle) noexcept {
  return guard(ngx_int_t{NGX_OK}, [&]() -> ngx_int_t {
    MainConf* main = main_conf(cycle);
    if (main == nullptr || main->server == nullptr || !is_real_load()) return NGX_OK;
    NginxLogger log{cycle->log};
    if (const WorkerIdentity worker = worker_identity(cycle); worker.uid != main->worker.uid) {
      log.error("\"user\" comes after the http block: no certificate is ordered (move it to the top of nginx.conf)");
      return NGX_OK;
    }
    main->server->prepare(log);
    if (!main->server->can_run_engine() || main->server->configuration().certificates.empty()) return NGX_OK;
    own_pipe_before_forks();
    if (const Status open = main->reload_pipe.open(); !open) log.error(describe(open.error()));
    if (has_master(cycle)) {
      const Status added = EngineProcess::add_helper(cycle, *main);
      if (!added) log.error(describe(added.error()));
      return NGX_OK;
    }
    if (MainConf* before = main_conf(cycle->old_cycle); before != nullptr) {
      before->engine.stop(*before);
      main->engine.take_over(before->engine);
      start_in_single_process(cycle, *main);
    }
    return NGX_OK;
  });
}

bool wants_core_dumps(const ngx_cycle_t* cycle) {
  const auto* core = reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(cycle->conf_ctx, ngx_core_module));
  return core->working_directory.len != 0 || core->rlimit_core != NGX_CONF_UNSET;
}

ngx_int_t acme_init_process(ngx_cycle_t* cycle) noexcept {
  return guard(ngx_int_t{NGX_OK}, [&]() -> ngx_int_t {
    MainConf* main = main_conf(cycle);
    if (main == nullptr || main->server == nullptr) return NGX_OK;
    // Keys are in this process, be it the loader of caches: no other process of its user may look into it.
    if (!wants_core_dumps(cycle)) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (ngx_process == NGX_PROCESS_SINGLE) {
      start_in_single_process(cycle, *main);
    } else if (ngx_process == NGX_PROCESS_WORKER) {
      main->reload_pipe.close();
      main->server->forget_what_engines_need();
    } else {
      main->reload_pipe.keep_writing_end();
    }
    return NGX_OK;
  });
}

/// Called in workers, where no engine runs, and with `master_process off`, where one does.
void acme_exit_process(ngx_cycle_t* cycle) noexcept {
  guard([&] {
    if (MainConf* main = main_conf(cycle); main != nullptr) main->engine.stop(*main);
  });
}

}  // namespace

MainConf* main_conf(const volatile ngx_cycle_t* cycle) {
  if (cycle == nullptr || cycle->conf_ctx == nullptr || cycle->modules == nullptr) return nullptr;
  // A cycle from before this module was loaded has no place for it.
  bool known = false;
  for (std::size_t i = 0; i < cycle->modules_n; ++i) known = known || cycle->modules[i] == &ngx_http_acme_module;
  auto* http = reinterpret_cast<ngx_http_conf_ctx_t*>(cycle->conf_ctx[ngx_http_module.index]);
  if (!known || http == nullptr) return nullptr;
  return static_cast<MainConf*>(http->main_conf[ngx_http_acme_module.ctx_index]);
}

MainConf& main_conf(ngx_conf_t* cf) {
  return *static_cast<MainConf*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_acme_module));
}

ServerConf& acme_conf(const ngx_http_core_srv_conf_t& server) {
  return *static_cast<ServerConf*>(server.ctx->srv_conf[ngx_http_acme_module.ctx_index]);
}

ngx_http_ssl_srv_conf_t& ssl_conf(const ngx_http_core_srv_conf_t& server) {
  return *static_cast<ngx_http_ssl_srv_conf_t*>(server.ctx->srv_conf[ngx_http_ssl_module.ctx_index]);
}

bool is_real_load() { return ngx_test_config == 0 && ngx_process != NGX_PROCESS_SIGNALLER; }

}  // namespace acme

extern "C" {

static ngx_http_module_t acme_hooks = {acme::acme_preconfiguration,  // preconfiguration
                                       acme::acme_postconfiguration,
                                       acme::acme_create_main_conf,
                                       acme::acme_init_main_conf,
                                       acme::acme_create_srv_conf,
                                       nullptr,  // servers are merged in init_main_conf, before the TLS module
                                       acme::acme_create_loc_conf,
                                       acme::acme_merge_loc_conf};

ngx_module_t ngx_http_acme_module = {NGX_MODULE_V1,
                                     &acme_hooks,
                                     acme::acme_commands,
                                     NGX_HTTP_MODULE,
                                     nullptr,  // init_master
                                     acme::acme_init_module,
                                     acme::acme_init_process,
                                     nullptr,  // init_thread
                                     nullptr,  // exit_thread
                                     acme::acme_exit_process,
                                     nullptr,  // exit_master
                                     NGX_MODULE_V1_PADDING};
}
