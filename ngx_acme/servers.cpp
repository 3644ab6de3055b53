#include "ngx_acme/servers.hpp"

#include <vector>

#include "common/base/text.hpp"
#include "ngx_acme/listeners.hpp"

namespace acme {

namespace {

/// What `ssl_certificate` and `ssl_certificate_key` name.
enum class OwnCertificate : std::uint8_t {
  none,
  our_variables,    // exactly $acme_certificate and $acme_certificate_key: we do better than variables
  other_variables,  // nginx looks them up at each handshake; its own business
  files,
};

bool is_set(const ngx_array_t* array) { return array != nullptr && array != NGX_CONF_UNSET_PTR; }

bool is_only(const ngx_array_t* array, std::string_view name) {
  if (!is_set(array) || array->nelts != 1) return false;
  const auto value = view(*static_cast<ngx_str_t*>(array->elts));
  return value == cat("$", name) || value == cat("${", name, "}");
}

OwnCertificate classify(const ngx_array_t* certificates, const ngx_array_t* keys) {
  if (!is_set(certificates)) return OwnCertificate::none;
  if (is_only(certificates, "acme_certificate") && is_only(keys, "acme_certificate_key")) {
    return OwnCertificate::our_variables;
  }
  for (const ngx_array_t* array : {certificates, keys}) {
    if (!is_set(array)) continue;
    for (const ngx_str_t& value : elements<ngx_str_t>(*array)) {
      if (view(value).find('$') != std::string_view::npos) return OwnCertificate::other_variables;
    }
  }
  return OwnCertificate::files;
}

bool mentions_acme(const ngx_array_t* certificates) {
  if (!is_set(certificates)) return false;
  for (const ngx_str_t& value : elements<ngx_str_t>(*certificates)) {
    if (view(value).find("acme_certificate") != std::string_view::npos) return true;
  }
  return false;
}

std::string where(const ngx_http_core_srv_conf_t& server) {
  return cat(reinterpret_cast<const char*>(server.file_name), ":", server.line);
}

std::vector<std::string> names_of(const ngx_http_core_srv_conf_t& server) {
  std::vector<std::string> names;
  for (const ngx_http_server_name_t& name : elements<ngx_http_server_name_t>(server.server_names)) {
#if (NGX_PCRE)
    // nginx has cut off the '~' of a regular expression.
    if (name.regex != nullptr) {
      names.push_back(cat("~", view(name.name)));
      continue;
    }
#endif
    names.push_back(text(name.name));
  }
  return names;
}

struct Decision {
  bool managed = false;
  bool injected = false;
};

/// An acme_certificate written in the server block itself.
Result<Decision> decide_explicit(const ngx_http_core_srv_conf_t& server, const CertificateDirective& directive,
                                 bool tls, const ngx_http_ssl_srv_conf_t& http, Logger& log) {
  const ngx_http_ssl_srv_conf_t& own = ssl_conf(server);
  const auto* keys = is_set(own.certificate_keys) ? own.certificate_keys : http.certificate_keys;
  const OwnCertificate kind = classify(own.certificates, keys);
  if (kind == OwnCertificate::files) {
    return Error{
        ErrorKind::configuration,
        cat(directive.where, ": this server has acme_certificate and also ssl_certificate \"",
            view(*static_cast<ngx_str_t*>(own.certificates->elts)), "\""),
        "remove ssl_certificate and ssl_certificate_key to have it managed, or acme_certificate to keep your own"};
  }
  if (!tls) {
    log.warn(cat(directive.where, ": acme_certificate has no effect in a server without \"listen ... ssl\""));
    return Decision{};
  }
  return Decision{true, kind != OwnCertificate::other_variables};
}

/// An acme_certificate inherited from the http block.
Decision decide_inherited(const ngx_http_core_srv_conf_t& server, bool tls, const ngx_http_ssl_srv_conf_t& http) {
  const ngx_http_ssl_srv_conf_t& own = ssl_conf(server);
  const bool rejects =
      own.reject_handshake == 1 || (own.reject_handshake == NGX_CONF_UNSET && http.reject_handshake == 1);
  if (!tls || rejects) return {};
  const auto* certificates = is_set(own.certificates) ? own.certificates : http.certificates;
  const auto* keys = is_set(own.certificate_keys) ? own.certificate_keys : http.certificate_keys;
  switch (classify(certificates, keys)) {
    case OwnCertificate::none:
    case OwnCertificate::our_variables: return {true, true};
    case OwnCertificate::other_variables: return {mentions_acme(certificates), false};
    case OwnCertificate::files: return {};
  }
  return {};
}

Status push(ngx_conf_t* cf, ngx_array_t* array, std::string_view pem) {
  auto* slot = static_cast<ngx_str_t*>(ngx_array_push(array));
  if (slot == nullptr || !copy_to_pool(cf->pool, cat("data:", pem), *slot)) {
    return Error{ErrorKind::internal, "no memory for certificates"};
  }
  return {};
}

}  // namespace

Status collect_hosts(ngx_conf_t* cf, MainConf& main, Logger& log) {
  const auto* http = static_cast<ngx_http_ssl_srv_conf_t*>(ngx_http_conf_get_module_srv_conf(cf, ngx_http_ssl_module));
  const auto* inherited = static_cast<ServerConf*>(ngx_http_conf_get_module_srv_conf(cf, ngx_http_acme_module));
  const Listeners listeners = find_listeners(cf);
  main.draft.has_port_80 = listeners.port_80;
  main.draft.has_port_443 = listeners.port_443;
  for (const ngx_http_core_srv_conf_t* server : servers(cf)) {
    ServerConf& conf = acme_conf(*server);
    if (!conf.require_https) conf.require_https = inherited->require_https;
    const auto& directive = conf.directive ? conf.directive : inherited->directive;
    if (!directive || directive->off) continue;
    const auto ports = listeners.with_tls.find(server);
    const bool tls = ports != listeners.with_tls.end();
    Result<Decision> decision = conf.directive ? decide_explicit(*server, *directive, tls, *http, log)
                                               : Result<Decision>{decide_inherited(*server, tls, *http)};
    if (!decision) return std::move(decision).error();
    if (!decision->managed) continue;
    conf.host = main.draft.hosts.size();
    conf.injected = decision->injected;
    VirtualHostDraft host;
    host.where = where(*server);
    host.names = names_of(*server);
    host.directive = *directive;
    if (conf.injected) {
      host.tls_ports = ports->second;
      const auto addresses = listeners.tls_addresses.find(server);
      if (addresses != listeners.tls_addresses.end()) host.tls_listeners = addresses->second;
    }
    host.inherited = !conf.directive;
    main.draft.hosts.push_back(std::move(host));
  }
  return {};
}

Status inject_certificates(ngx_conf_t* cf, const MainConf& main) {
  for (const ngx_http_core_srv_conf_t* server : servers(cf)) {
    const ServerConf& conf = acme_conf(*server);
    if (!conf.host || !conf.injected) continue;
    const auto& pairs = main.server->pem_for(*conf.host);
    ngx_array_t* certificates = ngx_array_create(cf->pool, pairs.size(), sizeof(ngx_str_t));
    ngx_array_t* keys = ngx_array_create(cf->pool, pairs.size(), sizeof(ngx_str_t));
    if (certificates == nullptr || keys == nullptr) return Error{ErrorKind::internal, "no memory for certificates"};
    for (const PemPair& pair : pairs) {
      if (Status done = push(cf, certificates, pair.fullchain); !done) return done;
      if (Status done = push(cf, keys, pair.key.view()); !done) return done;
    }
    ssl_conf(*server).certificates = certificates;
    ssl_conf(*server).certificate_keys = keys;
  }
  return {};
}

}  // namespace acme
