#include "ngx_acme/variables.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "ngx_acme/module.hpp"

namespace acme {

namespace {

/// False: no memory.
bool give(ngx_http_request_t* request, ngx_http_variable_value_t& value, std::string_view text) {
  ngx_str_t copy;
  if (!copy_to_pool(request->pool, text, copy)) return false;
  value.data = copy.data;
  value.len = copy.len & 0xfffffff;
  value.valid = 1;
  value.no_cacheable = 0;
  value.not_found = 0;
  return true;
}

/// `data`: 0 for the certificate, 1 for its key.
ngx_int_t acme_get_variable(ngx_http_request_t* request, ngx_http_variable_value_t* value, uintptr_t data) noexcept {
  return guard(ngx_int_t{NGX_ERROR}, [&]() -> ngx_int_t {
    value->not_found = 1;
    const auto* main = static_cast<MainConf*>(ngx_http_get_module_main_conf(request, ngx_http_acme_module));
    const auto* conf = static_cast<ServerConf*>(ngx_http_get_module_srv_conf(request, ngx_http_acme_module));
    if (main->server == nullptr || !conf->host) return NGX_OK;
    const PemPair& pair = main->server->pem_for(*conf->host).front();
    return give(request, *value, cat("data:", data == 0 ? pair.fullchain : pair.key.view())) ? NGX_OK : NGX_ERROR;
  });
}

/// `data`: 0 for the standing, 1 for the date. Empty ("-" in a log) when the server is not managed, or has none yet.
ngx_int_t acme_get_standing(ngx_http_request_t* request, ngx_http_variable_value_t* value, uintptr_t data) noexcept {
  return guard(ngx_int_t{NGX_ERROR}, [&]() -> ngx_int_t {
    value->not_found = 1;
    const auto* main = static_cast<MainConf*>(ngx_http_get_module_main_conf(request, ngx_http_acme_module));
    const auto* conf = static_cast<ServerConf*>(ngx_http_get_module_srv_conf(request, ngx_http_acme_module));
    if (main->server == nullptr || !conf->host) return NGX_OK;
    const auto standing = main->server->standing(*conf->host);
    if (!standing) return NGX_OK;
    const std::string& text = data == 0 ? standing->word : standing->expires;
    return text.empty() || give(request, *value, text) ? NGX_OK : NGX_ERROR;
  });
}

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) {
  struct Variable {
    ngx_str_t name;
    ngx_http_get_variable_pt get;
    uintptr_t data;
  };
  Variable variables[] = {{ngx_string("acme_certificate"), acme_get_variable, 0},
                          {ngx_string("acme_certificate_key"), acme_get_variable, 1},
                          {ngx_string("acme_status"), acme_get_standing, 0},
                          {ngx_string("acme_expires"), acme_get_standing, 1}};
  for (Variable& each : variables) {
    ngx_http_variable_t* variable = ngx_http_add_variable(cf, &each.name, 0);
    if (variable == nullptr) return NGX_ERROR;
    variable->get_handler = each.get;
    variable->data = each.data;
  }
  return NGX_OK;
}

}  // namespace acme
