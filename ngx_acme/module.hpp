// What the module keeps for one configuration load (MainConf) and for each server block (ServerConf).
// Both hang off nginx's configuration pool and end with it, so a load that fails leaves the running one
// as it was, and a reload starts from nothing. There are no globals.
#pragma once

#include "ngx_acme/nginx.hpp"

#include <memory>
#include <optional>
#include <string>

#include "common/config/model.hpp"
#include "common/runtime/server.hpp"
#include "ngx_acme/engine_process.hpp"
#include "ngx_acme/reload_pipe.hpp"

extern "C" ngx_module_t ngx_http_acme_module;

namespace acme {

struct MainConf {
  Draft draft;             // until Server::configure takes it
  std::string state_path;  // absolute; empty: the default
  bool reload_given = false;
  std::optional<bool> sandbox;
  WorkerIdentity worker;
  std::unique_ptr<Server> server;  // nullptr: the configuration has no word of ours
  ReloadPipe reload_pipe;
  EngineProcess engine;
};

struct ServerConf {
  std::optional<CertificateDirective> directive;  // written in this very block
  std::optional<RequireHttps> require_https;      // the http block's where the server says nothing, once all is read
  std::optional<std::size_t> host;                // into Draft::hosts; nullopt: not managed
  bool injected = false;                          // our certificate takes the place of ssl_certificate
};

/// The MainConf of a cycle; nullptr when that cycle has no http block or does not know this module.
MainConf* main_conf(const volatile ngx_cycle_t* cycle);
MainConf& main_conf(ngx_conf_t* cf);

/// This module's configuration and nginx's TLS configuration of a server block.
ServerConf& acme_conf(const ngx_http_core_srv_conf_t& server);
ngx_http_ssl_srv_conf_t& ssl_conf(const ngx_http_core_srv_conf_t& server);

/// A load that will serve; false under -t, -T and -s.
bool is_real_load();

}  // namespace acme
