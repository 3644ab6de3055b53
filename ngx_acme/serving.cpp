#include "ngx_acme/serving.hpp"

#include "common/base/guard.hpp"
#include "ngx_acme/https.hpp"
#include "ngx_acme/servers.hpp"

namespace acme {

namespace {

int acme_certificate_callback(SSL* ssl, void* slot) noexcept {
  return static_cast<CertificateSlot*>(slot)->on_certificate_callback(ssl);
}

ngx_int_t answer(ngx_http_request_t* request, const std::string& key_authorization) {
  ngx_http_complex_value_t body;
  ngx_memzero(&body, sizeof body);
  if (!copy_to_pool(request->pool, key_authorization, body.value)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  ngx_str_t type = ngx_string("application/octet-stream");  // RFC 8555 §8.3
  request->limit_rate = 0;
  request->limit_rate_set = 1;
  ngx_http_finalize_request(request, ngx_http_send_response(request, NGX_HTTP_OK, &type, &body));
  return NGX_DONE;
}

ngx_int_t answer_challenge(ngx_http_request_t* request) {
  if (request != request->main || (request->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) == 0) return NGX_DECLINED;
  auto* main = static_cast<MainConf*>(ngx_http_get_module_main_conf(request, ngx_http_acme_module));
  const auto token = view(request->uri).substr(kHttp01Prefix.size());
  const auto found = main->server->http01_answer(token, view(request->headers_in.server));
  return found ? answer(request, *found) : NGX_DECLINED;
}

/// NGX_HTTP_POST_READ_PHASE. nginx's realip may run before it and changes only the client's address. What lies below
/// the prefix of challenges and is none of ours is another client's: it is not redirected either.
ngx_int_t acme_post_read(ngx_http_request_t* request) noexcept {
  const bool challenge = view(request->uri).starts_with(kHttp01Prefix);
  return guard(ngx_int_t{NGX_DECLINED},
               [&] { return challenge ? answer_challenge(request) : redirect_to_https(request); });
}

}  // namespace

void watch_handshakes(ngx_conf_t* cf, MainConf& main) {
  for (const ngx_http_core_srv_conf_t* server : servers(cf)) {
    const ServerConf& conf = acme_conf(*server);
    if (!conf.host || !conf.injected) continue;
    const ngx_http_ssl_srv_conf_t& ssl = ssl_conf(*server);
    CertificateSlot* slot = main.server->slot(*conf.host);
    if (slot == nullptr || ssl.ssl.ctx == nullptr || ssl.certificate_values != nullptr) continue;
    SSL_CTX_set_cert_cb(ssl.ssl.ctx, acme_certificate_callback, slot);
  }
}

ngx_int_t add_http01_handler(ngx_conf_t* cf) {
  auto* core = static_cast<ngx_http_core_main_conf_t*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  auto* slot = static_cast<ngx_http_handler_pt*>(ngx_array_push(&core->phases[NGX_HTTP_POST_READ_PHASE].handlers));
  if (slot == nullptr) return NGX_ERROR;
  *slot = acme_post_read;
  return NGX_OK;
}

}  // namespace acme
