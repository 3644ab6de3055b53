#include "ngx_acme/status.hpp"

#include <sys/socket.h>

#include <algorithm>

#include "common/base/guard.hpp"
#include "common/base/seldom.hpp"
#include "common/base/text.hpp"
#include "ngx_acme/headers.hpp"
#include "ngx_acme/module.hpp"

namespace acme {

namespace {

/// The peer of the TCP connection itself; where the kernel cannot say (HTTP/3), nginx's own word for it.
bool connected_from_here(const ngx_connection_t& connection) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  auto* address = reinterpret_cast<sockaddr*>(&peer);
  if (connection.type == SOCK_STREAM && ::getpeername(connection.fd, address, &size) == 0) {
    // An unnamed unix socket leaves only its family.
    if (!is_this_machine(*address)) return false;
  }
  return connection.sockaddr != nullptr && is_this_machine(*connection.sockaddr);
}

bool passed_on(const ngx_http_request_t& request) {
  return std::any_of(kForwardingHeaders.begin(), kForwardingHeaders.end(),
                     [&](std::string_view name) { return find_header(request.headers_in.headers, name) != nullptr; });
}

bool proxied_from_elsewhere(const ngx_connection_t& connection) {
  return connection.proxy_protocol != nullptr && !is_this_machine(view(connection.proxy_protocol->src_addr));
}

bool is_local(const ngx_http_request_t& request) {
  const ngx_connection_t& connection = *request.connection;
  return connected_from_here(connection) && !proxied_from_elsewhere(connection) && !passed_on(request);
}

/// A regular expression or a name says nothing about what follows it: all of it is the page.
std::optional<std::string_view> path_below(const ngx_http_request_t& request,
                                           const ngx_http_core_loc_conf_t& location) {
  bool by_prefix = !location.exact_match && location.name.len > 0 && location.name.data[0] == '/';
#if (NGX_PCRE)
  by_prefix = by_prefix && location.regex == nullptr;
#endif
  return by_prefix ? below_location(view(request.uri), view(location.name)) : std::string_view{};
}

/// The pieces as they are: they live as long as the request, and others are sent the same ones.
ngx_chain_t* chain_of(ngx_http_request_t* request, const std::vector<std::string>& pieces) {
  ngx_chain_t* first = nullptr;
  ngx_chain_t** end = &first;
  for (const std::string& piece : pieces) {
    if (piece.empty()) continue;
    auto* buffer = static_cast<ngx_buf_t*>(ngx_calloc_buf(request->pool));
    ngx_chain_t* link = ngx_alloc_chain_link(request->pool);
    if (buffer == nullptr || link == nullptr) return nullptr;
    buffer->pos = buffer->start = reinterpret_cast<u_char*>(const_cast<char*>(piece.data()));
    buffer->last = buffer->end = buffer->pos + piece.size();
    buffer->memory = 1;  // nobody writes into it
    link->buf = buffer;
    *end = link;
    end = &link->next;
  }
  *end = nullptr;
  return first;
}

void mark_last(const ngx_http_request_t* request, ngx_chain_t* chain) {
  while (chain->next != nullptr) chain = chain->next;
  chain->buf->last_buf = request == request->main ? 1 : 0;
  chain->buf->last_in_chain = 1;
}

ngx_int_t send(ngx_http_request_t* request, const StatusResponse& response) {
  off_t length = 0;
  for (const std::string& piece : response.body) length += static_cast<off_t>(piece.size());
  request->headers_out.status = static_cast<ngx_uint_t>(response.status);
  request->headers_out.content_length_n = length;
  if (!copy_to_pool(request->pool, response.content_type, request->headers_out.content_type)) return NGX_ERROR;
  // What stands before the parameters: gzip_types compares that.
  request->headers_out.content_type_len = std::min(response.content_type.find(';'), response.content_type.size());
  for (const auto& [name, value] : response.headers) {
    if (add_header(request, name, value) == nullptr) return NGX_ERROR;
  }
  const ngx_int_t sent = ngx_http_send_header(request);
  if (sent == NGX_ERROR || sent > NGX_OK || request->header_only) return sent;
  if (length == 0) return ngx_http_send_special(request, NGX_HTTP_LAST);
  ngx_chain_t* chain = chain_of(request, response.body);
  if (chain == nullptr) return NGX_ERROR;
  mark_last(request, chain);
  return ngx_http_output_filter(request, chain);
}

/// A flood of such requests is the access log's matter: the error log is told once a minute.
ngx_int_t refuse_stranger(const ngx_http_request_t* request) {
  static Seldom told{Seconds{60}};
  const ngx_uint_t level = told.is_due(SystemClock{}.steady_now()) ? NGX_LOG_ERR : NGX_LOG_INFO;
  ngx_log_error(level, request->connection->log, 0,
                "acme: the status page answers clients on this machine only (\"acme_status open\" would leave that to "
                "allow, deny and the like)");
  return NGX_HTTP_FORBIDDEN;
}

ngx_int_t answer(ngx_http_request_t* request) {
  const auto* conf = static_cast<LocationConf*>(ngx_http_get_module_loc_conf(request, ngx_http_acme_module));
  const auto* core =
      static_cast<ngx_http_core_loc_conf_t*>(ngx_http_get_module_loc_conf(request, ngx_http_core_module));
  if (conf->status != StatusAccess::open && !is_local(*request)) return refuse_stranger(request);
  const auto below = path_below(*request, *core);
  if (!below) return NGX_HTTP_NOT_FOUND;
  if (const ngx_int_t discarded = ngx_http_discard_request_body(request); discarded != NGX_OK) return discarded;
  const std::string accept = joined_header(request->headers_in.headers, "accept");
  StatusRequest question;
  question.method = view(request->method_name);
  question.path = *below;
  question.query = view(request->args);
  question.accept = accept;
  question.now = SystemClock{}.now();
  const auto* main = static_cast<MainConf*>(ngx_http_get_module_main_conf(request, ngx_http_acme_module));
  auto* response = make_in_pool<SharedStatusResponse>(request->pool);
  if (response == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  *response = main->server != nullptr ? main->server->status(question) : Server::status_of_nothing(question);
  return *response ? send(request, **response) : ngx_int_t{NGX_HTTP_INTERNAL_SERVER_ERROR};
}

ngx_int_t acme_status_handler(ngx_http_request_t* request) noexcept {
  return guard(ngx_int_t{NGX_HTTP_INTERNAL_SERVER_ERROR}, [&] { return answer(request); });
}

void serve_in(ngx_conf_t* cf) {
  auto* core = static_cast<ngx_http_core_loc_conf_t*>(ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  core->handler = acme_status_handler;
}

char* refuse(ngx_conf_t* cf, const Error& error) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "acme_status: %s", describe(error).c_str());
  return kConfError;
}

}  // namespace

char* acme_status_directive(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto& location = *static_cast<LocationConf*>(conf);
    if (location.status != StatusAccess::none) return refuse(cf, {ErrorKind::configuration, "is given twice here"});
    location.status = StatusAccess::local;
    if (cf->args->nelts > 1) {
      auto access = parse_status_access(view(static_cast<ngx_str_t*>(cf->args->elts)[1]));
      if (!access) return refuse(cf, access.error());
      location.status = *access;
    }
    serve_in(cf);
    return NGX_CONF_OK;
  });
}

void* acme_create_loc_conf(ngx_conf_t* cf) noexcept {
  return guard(static_cast<void*>(nullptr), [&]() -> void* { return make_in_pool<LocationConf>(cf->pool); });
}

char* acme_merge_loc_conf(ngx_conf_t* cf, void* parent, void* child) noexcept {
  auto* core = static_cast<ngx_http_core_loc_conf_t*>(ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  const auto& outer = *static_cast<LocationConf*>(parent);
  if ((core->noname != 0 || core->lmt_excpt != 0) && core->handler == nullptr && outer.status != StatusAccess::none) {
    *static_cast<LocationConf*>(child) = outer;
    core->handler = acme_status_handler;
  }
  return NGX_CONF_OK;
}

}  // namespace acme
