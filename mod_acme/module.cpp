// mod_acme: the module record and its hooks. Each hook is one call into the file that knows about it.
#include <sys/prctl.h>

#include "common/base/guard.hpp"
#include "mod_acme/directives.hpp"
#include "mod_acme/directory_config.hpp"
#include "mod_acme/engine_watch.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/http01.hpp"
#include "mod_acme/https.hpp"
#include "mod_acme/load.hpp"
#include "mod_acme/status.hpp"
#include "mod_acme/tls.hpp"
#include "mod_acme/tls_alpn.hpp"

namespace acme {

namespace {

extern "C" {

int acme_pre_config(apr_pool_t* pconf, apr_pool_t*, apr_pool_t*) noexcept {
  return guard(HTTP_INTERNAL_SERVER_ERROR, [&] {
    Load::begin(pconf);
    return OK;
  });
}

int acme_check_config(apr_pool_t* pconf, apr_pool_t*, apr_pool_t*, server_rec* main) noexcept {
  return guard(HTTP_INTERNAL_SERVER_ERROR, [&] {
    Load* load = Load::of(pconf);
    return load && load->check(main) ? OK : HTTP_INTERNAL_SERVER_ERROR;
  });
}

int acme_post_config(apr_pool_t* pconf, apr_pool_t*, apr_pool_t*, server_rec* main) noexcept {
  return guard(HTTP_INTERNAL_SERVER_ERROR, [&] {
    if (Load* load = Load::of(pconf)) {
      load->finish(main);
      if (load->server()) allow_tls_alpn(main);
    }
    return OK;
  });
}

void acme_child_init(apr_pool_t*, server_rec* main) noexcept {
  guard([&] {
    const Load* load = Load::of(main);
    // Keys are in this process: no other process of its user may look into it. Started by root it is so by the change
    // of identity, else only this makes it so.
    if (load && load->server() && !ap_coredumpdir_configured) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (load && load->engine()) load->engine()->now_serving();
    // A single process starts its engine again itself.
    const bool single = ap_exists_config_define("DEBUG") || ap_exists_config_define("ONE_PROCESS");
    if (load && load->server() && !single) load->server()->forget_what_engines_need();
  });
}

int acme_monitor(apr_pool_t*, server_rec* main) noexcept {
  return guard(OK, [&] {
    const Load* load = Load::of(main);
    if (load && load->engine()) load->engine()->on_monitor();
    return OK;
  });
}

void acme_register_hooks(apr_pool_t*) noexcept {
  ap_hook_pre_config(acme_pre_config, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_check_config(acme_check_config, nullptr, nullptr, APR_HOOK_LAST);
  ap_hook_post_config(acme_post_config, nullptr, nullptr, APR_HOOK_REALLY_LAST);
  ap_hook_child_init(acme_child_init, nullptr, nullptr, APR_HOOK_REALLY_LAST);
  ap_hook_monitor(acme_monitor, nullptr, nullptr, APR_HOOK_MIDDLE);
  ap_hook_post_read_request(acme_answer_http01, nullptr, nullptr, APR_HOOK_REALLY_FIRST);
  register_https_hooks();
  register_status_hooks();
  register_tls_hooks();
  register_tls_alpn_hooks();
}

}  // extern "C"

}  // namespace

}  // namespace acme

extern "C" {
module acme_module = {
    STANDARD20_MODULE_STUFF,      acme::create_directory_config,
    acme::merge_directory_config, acme::create_host_config,
    acme::merge_host_config,      acme::directives(),
    acme::acme_register_hooks,    0,
};
}
