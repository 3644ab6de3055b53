// HostConfig: what the configuration says about one server_rec (the main server or a <VirtualHost>)
// as far as it matters to us.
//
// httpd has no way to ask mod_ssl whether a virtual host speaks TLS or has a certificate of its own.
// But it gives every directive to each module that registers its name: so directives.cpp listens to
// SSLEngine, SSLCertificateFile and ServerName too, and httpd's own inheritance from the main
// server applies. Looking through ap_conftree instead would have to repeat what macros and
// conditional sections do.
#pragma once

#include <optional>
#include <string>

#include "common/config/model.hpp"
#include "mod_acme/httpd.hpp"

namespace acme {

class Load;

struct HostConfig {
  std::optional<bool> ssl_engine;     // SSLEngine; nullopt: not said
  std::string own_certificate;        // "file:line" of an SSLCertificateFile in this very section
  std::string inherited_certificate;  // the same in the main server
  std::string own_name;               // the argument of ServerName in this very section
  std::optional<CertificateDirective> directive;
  bool directive_inherited = false;
  std::optional<RequireHttps> require_https;

  /// Set when the configuration is checked; not by merging.
  Load* load = nullptr;
  std::optional<std::size_t> host;  // index into Draft::hosts when we manage it
};

/// Of any server_rec, merged once the configuration is read.
HostConfig& host_config(const server_rec* server);

/// httpd lets a virtual host without any directive of ours share the main server's object: gives each its own.
void unshare_host_configs(server_rec* main, apr_pool_t* pool);

void* create_host_config(apr_pool_t* pool, server_rec* server) noexcept;
void* merge_host_config(apr_pool_t* pool, void* main, void* own) noexcept;

}  // namespace acme
