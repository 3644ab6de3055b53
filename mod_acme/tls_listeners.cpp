#include "mod_acme/tls_listeners.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "common/base/text.hpp"

namespace acme {

namespace {

std::string text_of(apr_sockaddr_t* address) {
  std::array<char, 64> text{};
  if (apr_sockaddr_ip_getbuf(text.data(), text.size(), address) != APR_SUCCESS) return {};
  return text.data();
}

bool is_any(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

bool takes_every_address(const server_addr_rec& address) {
  const char* host = address.virthost;
  const bool no_name = host == nullptr || *host == '\0';
  return no_name || std::strcmp(host, "*") == 0 || starts_with_no_case(host, "_default_") || !address.host_addr;
}

/// The connections that come by this socket to this address of a virtual host; nullopt: none.
std::optional<std::string> common_address(const server_addr_rec& host, const ap_listen_rec& socket) {
  const bool tls = socket.protocol && std::strcmp(socket.protocol, "https") == 0;
  const bool right_port = host.host_port == 0 ? tls : host.host_port == socket.bind_addr->port;
  if (!right_port) return std::nullopt;
  const std::string bound = text_of(socket.bind_addr);
  if (takes_every_address(host)) return bound;
  std::string own = text_of(host.host_addr);
  if (is_any(own)) return bound;
  if (own == bound || bound == "::" || (bound == "0.0.0.0" && own.find(':') == std::string::npos)) return own;
  return std::nullopt;
}

bool says_proxy_protocol(const ap_directive_t* directive) {
  return equals_no_case(directive->directive, "RemoteIPProxyProtocol") && equals_no_case(trim(directive->args), "on");
}

bool is_block_of(const ap_directive_t* directive, const server_rec* server) {
  return server->is_virtual && directive->first_child && equals_no_case(directive->directive, "<VirtualHost") &&
         server->defn_name && std::strcmp(directive->filename, server->defn_name) == 0 && directive->line_num >= 0 &&
         static_cast<unsigned>(directive->line_num) == server->defn_line_number;
}

/// mod_remoteip's word, in the virtual host or for all; it tells nobody itself.
bool wants_proxy_protocol(const server_rec* server) {
  for (const ap_directive_t* one = ap_conftree; one; one = one->next) {
    if (says_proxy_protocol(one)) return true;
    if (!is_block_of(one, server)) continue;
    for (const ap_directive_t* inner = one->first_child; inner; inner = inner->next) {
      if (says_proxy_protocol(inner)) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<TlsListener> tls_listeners_of(const server_rec* server) {
  const bool proxy_protocol = wants_proxy_protocol(server);
  std::vector<TlsListener> listeners;
  for (const server_addr_rec* host = server->addrs; host; host = host->next) {
    for (const ap_listen_rec* socket = ap_listeners; socket; socket = socket->next) {
      if (!socket->bind_addr) continue;
      const int family = socket->bind_addr->family;
      const auto address = family == APR_INET || family == APR_INET6 ? common_address(*host, *socket) : std::nullopt;
      if (!address || address->empty()) continue;
      TlsListener listener{*address, socket->bind_addr->port, proxy_protocol};
      if (std::find(listeners.begin(), listeners.end(), listener) == listeners.end()) {
        listeners.push_back(std::move(listener));
      }
    }
  }
  return listeners;
}

}  // namespace acme
