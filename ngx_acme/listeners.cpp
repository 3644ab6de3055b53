#include "ngx_acme/listeners.hpp"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "ngx_acme/module.hpp"

namespace acme {

namespace {

/// `ssl on`, gone since nginx 1.25.1: every listener of the server speaks TLS.
template <class SslConf>
bool switched_on(const SslConf& server, const SslConf& http) {
  if constexpr (requires { server.enable; }) {
    return server.enable == 1 || (server.enable == NGX_CONF_UNSET && http.enable == 1);
  } else {
    return false;
  }
}

template <class ListenOptions>
bool is_quic(const ListenOptions& options) {
  if constexpr (requires { options.quic; }) {
    return options.quic != 0;
  } else {
    return false;
  }
}

template <class ListenOptions>
bool speaks_tls(const ListenOptions& options) {
  return options.ssl != 0 || is_quic(options);
}

/// nullopt: no IP socket.
std::optional<TlsListener> tls_listener(const ngx_http_conf_addr_t& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const sockaddr* socket_address = address.opt.sockaddr;
  const void* ip = nullptr;
  if (socket_address->sa_family == AF_INET) ip = &reinterpret_cast<const sockaddr_in*>(socket_address)->sin_addr;
  if (socket_address->sa_family == AF_INET6) ip = &reinterpret_cast<const sockaddr_in6*>(socket_address)->sin6_addr;
  if (ip == nullptr || ::inet_ntop(socket_address->sa_family, ip, text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  TlsListener listener;
  listener.address = text.data();
  listener.port = ngx_inet_get_port(address.opt.sockaddr);
  listener.proxy_protocol = address.opt.proxy_protocol != 0;
  return listener;
}

}  // namespace

Listeners find_listeners(ngx_conf_t* cf) {
  Listeners found;
  const auto* core =
      static_cast<ngx_http_core_main_conf_t*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  const auto* http = static_cast<ngx_http_ssl_srv_conf_t*>(ngx_http_conf_get_module_srv_conf(cf, ngx_http_ssl_module));
  if (core->ports == nullptr) return found;
  for (const ngx_http_conf_port_t& port : elements<ngx_http_conf_port_t>(*core->ports)) {
    for (const ngx_http_conf_addr_t& address : elements<ngx_http_conf_addr_t>(port.addrs)) {
      const bool tls = speaks_tls(address.opt);
      if (port.port == 80 && !tls) found.port_80 = true;
      for (const ngx_http_core_srv_conf_t* server : elements<ngx_http_core_srv_conf_t*>(address.servers)) {
        if (!tls && !switched_on(ssl_conf(*server), *http)) continue;
        auto& ports = found.with_tls[server];
        if (is_quic(address.opt) || port.port == 0) continue;
        ports.push_back(static_cast<std::uint16_t>(port.port));
        if (port.port == 443) found.port_443 = true;
        if (auto listener = tls_listener(address)) found.tls_addresses[server].push_back(*std::move(listener));
      }
    }
  }
  return found;
}

}  // namespace acme
