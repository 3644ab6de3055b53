#include "ngx_acme/directives.hpp"

#include <algorithm>
#include <vector>

#include "common/base/guard.hpp"
#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "common/config/directives.hpp"
#include "common/config/notify_words.hpp"
#include "common/config/values.hpp"
#include "common/runtime/directive_files.hpp"
#include "ngx_acme/module.hpp"
#include "ngx_acme/status.hpp"

namespace acme {

namespace {

std::string where(const ngx_conf_t* cf) {
  if (cf->conf_file == nullptr || cf->conf_file->file.name.len == 0) return "the command line";
  return cat(view(cf->conf_file->file.name), ":", cf->conf_file->line);
}

std::vector<std::string> arguments(const ngx_conf_t* cf) {
  std::vector<std::string> list;
  for (const ngx_str_t& value : elements<ngx_str_t>(*cf->args)) list.push_back(text(value));
  list.erase(list.begin());
  return list;
}

std::string directive_name(const ngx_conf_t* cf) { return text(*static_cast<ngx_str_t*>(cf->args->elts)); }

char* refuse(ngx_conf_t* cf, const Error& error) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s: %s", directive_name(cf).c_str(), describe(error).c_str());
  return kConfError;
}

char* refuse(ngx_conf_t* cf, const std::string& message) {
  return refuse(cf, Error{ErrorKind::configuration, message});
}

std::string full_name(ngx_conf_t* cf, const std::string& path, bool in_conf_prefix) {
  ngx_str_t name;
  if (!copy_to_pool(cf->pool, path, name)) return path;
  if (ngx_conf_full_name(cf->cycle, &name, in_conf_prefix ? 1 : 0) != NGX_OK) return path;
  return text(name);
}

/// One line inside an issuer block; `conf` is the IssuerConfig. nginx calls it for each line.
char* acme_issuer_word(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    const std::string word = directive_name(cf);
    if (word == "include") return ngx_conf_include(cf, nullptr, conf);
    const auto list = arguments(cf);
    for (const DirectiveWord& known : issuer_words()) {
      const auto count = static_cast<int>(list.size());
      if (word == known.nginx_name && (count < known.min_arguments || count > known.max_arguments)) {
        return refuse(cf, cat("wrong number of arguments (", known.help, ")"));
      }
    }
    std::vector<std::string> notices;
    DirectiveContext context;
    // As in nginx's own module: state_path is relative to the prefix, other files to the configuration.
    context.absolute_path = [&](const std::string& path) { return full_name(cf, path, word != "state_path"); };
    give_files(context);
    context.where = where(cf);
    context.notices = &notices;
    const Status applied = apply_issuer_word(*static_cast<IssuerConfig*>(conf), word, list, context);
    if (!applied) return refuse(cf, applied.error());
    for (const auto& notice : notices) ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0, "acme: %s", notice.c_str());
    return NGX_CONF_OK;
  });
}

char* acme_issuer(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto issuer = new_issuer(arguments(cf).front(), where(cf));
    if (!issuer) return refuse(cf, issuer.error());
    const ngx_conf_t saved = *cf;
    cf->handler = acme_issuer_word;
    cf->handler_conf = &*issuer;
    char* result = ngx_conf_parse(cf, nullptr);
    *cf = saved;
    if (result != NGX_CONF_OK) return result;
    main_conf(cf).draft.issuers.push_back(std::move(*issuer));
    return NGX_CONF_OK;
  });
}

char* acme_certificate(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto& server = *static_cast<ServerConf*>(conf);
    if (server.directive) return refuse(cf, cat("is given twice here, first in ", server.directive->where));
    auto directive = parse_certificate_directive(arguments(cf), where(cf));
    if (!directive) return refuse(cf, directive.error());
    server.directive = std::move(*directive);
    return NGX_CONF_OK;
  });
}

char* acme_reload(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto& main = *static_cast<MainConf*>(conf);
    if (main.reload_given) return refuse(cf, "is given twice");
    auto reload = parse_reload_directive(arguments(cf));
    if (!reload) return refuse(cf, reload.error());
    main.draft.reload = *reload;
    main.reload_given = true;
    return NGX_CONF_OK;
  });
}

char* acme_on_event(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto hook = parse_event_directive(arguments(cf), where(cf));
    if (!hook) return refuse(cf, hook.error());
    static_cast<MainConf*>(conf)->draft.hooks.push_back(std::move(*hook));
    return NGX_CONF_OK;
  });
}

char* acme_notify(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    DirectiveContext context;
    context.absolute_path = [&](const std::string& path) { return full_name(cf, path, true); };
    give_files(context);
    context.where = where(cf);
    auto notify = parse_notify_directive(arguments(cf), context);
    if (!notify) return refuse(cf, notify.error());
    static_cast<MainConf*>(conf)->draft.notify.push_back(std::move(*notify));
    return NGX_CONF_OK;
  });
}

char* acme_require_https(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto& server = *static_cast<ServerConf*>(conf);
    if (server.require_https) return refuse(cf, "is given twice here");
    auto require = parse_require_https(arguments(cf).front());
    if (!require) return refuse(cf, require.error());
    server.require_https = *require;
    return NGX_CONF_OK;
  });
}

char* acme_state_path(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto& main = *static_cast<MainConf*>(conf);
    if (!main.state_path.empty()) return refuse(cf, "is given twice");
    const std::string path = arguments(cf).front();
    if (path.empty() || path == "off") return refuse(cf, "needs a directory: certificates and keys must be kept");
    main.state_path = full_name(cf, path, false);
    return NGX_CONF_OK;
  });
}

char* acme_sandbox(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guard(kConfError, [&]() -> char* {
    auto& main = *static_cast<MainConf*>(conf);
    if (main.sandbox) return refuse(cf, "is given twice");
    auto flag = parse_flag(arguments(cf).front());
    if (!flag) return refuse(cf, flag.error());
    main.sandbox = *flag;
    return NGX_CONF_OK;
  });
}

/// The state directory has no size limit and needs no shared memory: accepted, so that a configuration
/// written for nginx's own module loads.
char* acme_shared_zone(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0, "acme: acme_shared_zone is not needed and ignored");
  return NGX_CONF_OK;
}

}  // namespace

ngx_command_t acme_commands[] = {
    {ngx_string("acme_issuer"), NGX_HTTP_MAIN_CONF | NGX_CONF_BLOCK | NGX_CONF_TAKE1, acme_issuer,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},
    {ngx_string("acme_certificate"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_CONF_1MORE, acme_certificate,
     NGX_HTTP_SRV_CONF_OFFSET, 0, nullptr},
    {ngx_string("acme_reload"), NGX_HTTP_MAIN_CONF | NGX_CONF_1MORE, acme_reload, NGX_HTTP_MAIN_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("acme_on_event"), NGX_HTTP_MAIN_CONF | NGX_CONF_2MORE, acme_on_event, NGX_HTTP_MAIN_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("acme_notify"), NGX_HTTP_MAIN_CONF | NGX_CONF_1MORE, acme_notify, NGX_HTTP_MAIN_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("acme_require_https"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_CONF_TAKE1, acme_require_https,
     NGX_HTTP_SRV_CONF_OFFSET, 0, nullptr},
    {ngx_string("acme_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1, acme_status_directive,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("acme_state_path"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, acme_state_path, NGX_HTTP_MAIN_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("acme_sandbox"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, acme_sandbox, NGX_HTTP_MAIN_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("acme_shared_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, acme_shared_zone, NGX_HTTP_MAIN_CONF_OFFSET,
     0, nullptr},
    ngx_null_command};

}  // namespace acme
