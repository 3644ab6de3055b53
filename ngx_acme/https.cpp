#include "ngx_acme/https.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
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

template <class Header>
void end_of_list(Header& header) {
  if constexpr (requires { header.next; }) header.next = nullptr;
}

/// nullptr: no memory.
ngx_table_elt_t* add_header(ngx_http_request_t* request, std::string_view name, std::string_view value) {
  ngx_str_t key;
  ngx_str_t text;
  if (!copy_to_pool(request->pool, name, key) || !copy_to_pool(request->pool, value, text)) return nullptr;
  auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&request->headers_out.headers));
  if (header == nullptr) return nullptr;
  header->hash = 1;
  header->key = key;
  header->value = text;
  header->lowcase_key = nullptr;
  end_of_list(*header);
  return header;
}

bool has_header(const ngx_list_t& headers, std::string_view name) {
  for (const ngx_list_part_t* part = &headers.part; part != nullptr; part = part->next) {
    const auto* header = static_cast<const ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (header[i].hash != 0 && equals_no_case(view(header[i].key), name)) return true;
    }
  }
  return false;
}

ngx_int_t acme_header_filter(ngx_http_request_t* request) noexcept {
  guard([&] {
    if (request != request->main || !came_by_tls(request)) return;
    if (required(request) != RequireHttps::permanent || !https_port(request)) return;
    if (!has_header(request->headers_out.headers, kHstsName)) add_header(request, kHstsName, kHstsValue);
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
