#include "mod_acme/hosts.hpp"

#include <cstring>

#include "common/base/text.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/tls_listeners.hpp"

namespace acme {

namespace {

std::string where_of(const server_rec* server) {
  return cat(server->defn_name ? server->defn_name : "?", ":", server->defn_line_number);
}

/// `Listen 443 https`, which is also what `Listen 443` alone means.
bool on_https_listener(const server_rec* server) {
  for (const server_addr_rec* address = server->addrs; address; address = address->next) {
    for (const ap_listen_rec* listener = ap_listeners; listener; listener = listener->next) {
      if (!listener->protocol || std::strcmp(listener->protocol, "https") != 0) continue;
      if (listener->bind_addr && listener->bind_addr->port == address->host_port) return true;
    }
  }
  return false;
}

std::vector<std::string> names_of(const server_rec* server, const HostConfig& config) {
  std::vector<std::string> names;
  // Without a ServerName httpd takes the main server's or asks the DNS: nothing to order a certificate for.
  if (!config.own_name.empty() && server->server_hostname) names.emplace_back(server->server_hostname);
  for (const apr_array_header_t* aliases : {server->names, server->wild_names}) {
    if (!aliases) continue;
    const auto* elements = reinterpret_cast<const char* const*>(aliases->elts);
    for (int i = 0; i < aliases->nelts; ++i) {
      if (elements[i]) names.emplace_back(elements[i]);
    }
  }
  return names;
}

/// Of its addresses; `<VirtualHost *>` and the main server are at every port that is listened to with TLS.
std::vector<std::uint16_t> ports_of(const server_rec* server) {
  std::vector<std::uint16_t> ports;
  for (const server_addr_rec* address = server->addrs; address; address = address->next) {
    if (address->host_port != 0) ports.push_back(address->host_port);
  }
  if (!ports.empty()) return ports;
  for (const ap_listen_rec* listener = ap_listeners; listener; listener = listener->next) {
    const bool tls = listener->protocol && std::strcmp(listener->protocol, "https") == 0;
    if (tls && listener->bind_addr) ports.push_back(listener->bind_addr->port);
  }
  return ports;
}

bool has_port_80() {
  for (const ap_listen_rec* listener = ap_listeners; listener; listener = listener->next) {
    if (listener->bind_addr && listener->bind_addr->port == 80) return true;
  }
  return false;
}

bool has_port_443() {
  for (const ap_listen_rec* listener = ap_listeners; listener; listener = listener->next) {
    const bool tls = listener->protocol && std::strcmp(listener->protocol, "https") == 0;
    if (tls && listener->bind_addr && listener->bind_addr->port == 443) return true;
  }
  return false;
}

/// Whether this virtual host is ours; an error when the operator wants two things at once.
Result<bool> is_managed(const server_rec* server, const HostConfig& config, Logger& log) {
  if (!config.directive || config.directive->off) return false;
  const bool explicit_here = server->is_virtual && !config.directive_inherited;
  if (!speaks_tls(server)) {
    if (explicit_here) {
      log.warn(cat(config.directive->where,
                   ": AcmeCertificate without effect: this virtual host does not speak TLS "
                   "(add SSLEngine on, or remove the line)"));
    }
    return false;
  }
  if (!config.own_certificate.empty()) {
    if (!explicit_here) return false;
    return Error{ErrorKind::configuration,
                 cat(config.directive->where, ": AcmeCertificate beside SSLCertificateFile at ", config.own_certificate,
                     " in the same virtual host"),
                 "remove one of the two"};
  }
  return explicit_here || config.inherited_certificate.empty();
}

}  // namespace

bool speaks_tls(const server_rec* server) {
  const HostConfig& config = host_config(server);
  if (config.ssl_engine) return *config.ssl_engine;
  const bool certificate = !config.own_certificate.empty() || !config.inherited_certificate.empty();
  return certificate && on_https_listener(server);
}

Result<Draft> draft_hosts(server_rec* main, Logger& log) {
  Draft draft;
  draft.has_port_80 = has_port_80();
  draft.has_port_443 = has_port_443();
  for (server_rec* server = main; server; server = server->next) {
    HostConfig& config = host_config(server);
    config.host.reset();
    auto managed = is_managed(server, config, log);
    if (!managed) return std::move(managed).error();
    if (!*managed) continue;
    VirtualHostDraft host;
    host.where = server->is_virtual ? where_of(server) : config.directive->where;
    host.names = names_of(server, config);
    host.directive = *config.directive;
    host.tls_ports = ports_of(server);
    host.tls_listeners = tls_listeners_of(server);
    host.inherited = config.directive_inherited || !server->is_virtual;
    config.host = draft.hosts.size();
    draft.hosts.push_back(std::move(host));
  }
  return draft;
}

}  // namespace acme
