#include "ngx_acme/variables.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "ngx_acme/module.hpp"

namespace acme {

namespace {

/// `data`: 0 for the certificate, 1 for its key.
ngx_int_t acme_get_variable(ngx_http_request_t* request, ngx_http_variable_value_t* value, uintptr_t data) noexcept {
  return guard(ngx_int_t{NGX_ERROR}, [&]() -> ngx_int_t {
    value->not_found = 1;
    const auto* main = static_cast<MainConf*>(ngx_http_get_module_main_conf(request, ngx_http_acme_module));
    const auto* conf = static_cast<ServerConf*>(ngx_http_get_module_srv_conf(request, ngx_http_acme_module));
    if (main->server == nullptr || !conf->host) return NGX_OK;
    const PemPair& pair = main->server->pem_for(*conf->host).front();
    ngx_str_t copy;
    const bool copied = copy_to_pool(request->pool, cat("data:", data == 0 ? pair.fullchain : pair.key.view()), copy);
    if (!copied) return NGX_ERROR;
    value->data = copy.data;
    value->len = copy.len & 0xfffffff;
    value->valid = 1;
    value->no_cacheable = 0;
    value->not_found = 0;
    return NGX_OK;
  });
}

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) {
  ngx_str_t names[] = {ngx_string("acme_certificate"), ngx_string("acme_certificate_key")};
  for (uintptr_t i = 0; i < 2; ++i) {
    ngx_http_variable_t* variable = ngx_http_add_variable(cf, &names[i], 0);
    if (variable == nullptr) return NGX_ERROR;
    variable->get_handler = acme_get_variable;
    variable->data = i;
  }
  return NGX_OK;
}

}  // namespace acme
