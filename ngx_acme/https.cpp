#include "ngx_acme/https.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "ngx_acme/headers.hpp"
#include "ngx_acme/module.hpp"

namespace acme {

namespace {

// As each of nginx's filters keeps it: set at every configuration load.
ngx_http_output_header_filter_pt next_filter;

RequireHttps required(ngx_http_request_t* request) {
  const auto* server = static_cast<ServerConf*>(ngx_http_get_module_srv_conf(request, ngx_http_acme_module));
  return server->require_https.value_or(RequireHttps::off);
}

/// HTTP/3 always is TLS.
bool came_by_tls(const ngx_http_request_t* request) {
  return request->connection->ssl != nullptr || request->http_version >= 3000;
}

std::optional<std::uint16_t> https_port(ngx_http_request_t* request) {
  const auto* main = static_cast<MainConf*>(ngx_http_get_module_main_conf(request, ngx_http_acme_module));
  if (main->server == nullptr) return std::nullopt;
  return main->server->https_hosts().port_of(view(request->headers_in.server));
}

ngx_int_t acme_header_filter(ngx_http_request_t* request) noexcept {
  guard([&] {
    if (request != request->main || !came_by_tls(request)) return;
    if (required(request) != RequireHttps::permanent || !https_port(request)) return;
    if (find_header(request->headers_out.headers, kHstsName) == nullptr) add_header(request, kHstsName, kHstsValue);
  });
  return next_filter(request);
}

ngx_int_t acme_add_header_filter(ngx_conf_t*) noexcept {
  next_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = acme_header_filter;
  return NGX_OK;
}

}  // namespace

ngx_int_t redirect_to_https(ngx_http_request_t* request) {
  const RequireHttps require = required(request);
  if (require == RequireHttps::off || came_by_tls(request) || request != request->main) return NGX_DECLINED;
  const auto port = https_port(request);
  if (!port) return NGX_DECLINED;
  const bool get_or_head = (request->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) != 0;
  ngx_http_clear_location(request);
  const std::string url = https_url(view(request->headers_in.server), *port, view(request->unparsed_uri));
  ngx_table_elt_t* location = add_header(request, "Location", url);
  if (location == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  request->headers_out.location = location;
  return redirect_status(require, get_or_head);
}

}  // namespace acme

extern "C" {

static ngx_http_module_t acme_header_hooks = {
    nullptr, acme::acme_add_header_filter, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};

ngx_module_t ngx_http_acme_headers_module = {NGX_MODULE_V1,
                                             &acme_header_hooks,
                                             nullptr,  // no directives of its own
                                             NGX_HTTP_MODULE,
                                             nullptr,
                                             nullptr,
                                             nullptr,
                                             nullptr,
                                             nullptr,
                                             nullptr,
                                             nullptr,
                                             NGX_MODULE_V1_PADDING};
}
