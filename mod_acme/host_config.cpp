#include "mod_acme/host_config.hpp"

#include "common/base/guard.hpp"
#include "mod_acme/pool_object.hpp"

namespace acme {

HostConfig& host_config(const server_rec* server) {
  return *static_cast<HostConfig*>(ap_get_module_config(server->module_config, &acme_module));
}

void unshare_host_configs(server_rec* main, apr_pool_t* pool) {
  HostConfig& base = host_config(main);
  HostConfig nothing_said;
  for (server_rec* server = main->next; server; server = server->next) {
    if (&host_config(server) != &base) continue;
    ap_set_module_config(server->module_config, &acme_module, merge_host_config(pool, &base, &nothing_said));
  }
}

void* create_host_config(apr_pool_t* pool, server_rec*) noexcept {
  return guard(static_cast<void*>(nullptr), [&]() -> void* { return &make_in_pool<HostConfig>(pool); });
}

void* merge_host_config(apr_pool_t* pool, void* main, void* own) noexcept {
  return guard(own, [&]() -> void* {
    const auto& base = *static_cast<const HostConfig*>(main);
    auto& merged = make_in_pool<HostConfig>(pool, *static_cast<const HostConfig*>(own));
    if (!merged.ssl_engine) merged.ssl_engine = base.ssl_engine;
    merged.inherited_certificate = base.own_certificate;
    if (!merged.require_https) merged.require_https = base.require_https;
    if (!merged.directive && base.directive) {
      merged.directive = base.directive;
      merged.directive_inherited = true;
    }
    return &merged;
  });
}

}  // namespace acme
