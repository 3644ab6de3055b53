#include "mod_acme/heard_directives.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "mod_acme/directive_arguments.hpp"
#include "mod_acme/host_config.hpp"

namespace acme {

namespace {

extern "C" {

/// Heard, not decided: the module that owns a word checks its argument. Without that module our listening
/// must not make it a known word.
const char* missing(cmd_parms* cmd, const char* owner) {
  if (ap_find_linked_module(apr_pstrcat(cmd->temp_pool, owner, ".c", nullptr))) return nullptr;
  return apr_pstrcat(cmd->pool, cmd->cmd->name, " needs ", owner, ", which is not loaded", nullptr);
}

const char* acme_hear_ssl_engine(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&]() -> const char* {
    if (const char* wrong = missing(cmd, "mod_ssl")) return wrong;
    const auto arguments = words_of(cmd->pool, raw);
    if (arguments.size() == 1) host_config(cmd->server).ssl_engine = !equals_no_case(arguments[0], "off");
    return nullptr;
  });
}

const char* acme_hear_certificate_file(cmd_parms* cmd, void*, const char*) noexcept {
  return guard(kOutOfMemory, [&]() -> const char* {
    if (const char* wrong = missing(cmd, "mod_ssl")) return wrong;
    host_config(cmd->server).own_certificate = where_of(cmd->directive);
    return nullptr;
  });
}

const char* acme_hear_cache_root(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&]() -> const char* {
    if (const char* wrong = missing(cmd, "mod_cache_disk")) return wrong;
    Load* load = Load::of(cmd->pool);
    const auto arguments = words_of(cmd->pool, raw);
    if (!load || arguments.size() != 1) return nullptr;
    load->cache_roots.push_back({context_for(cmd, *load).absolute_path(arguments[0]), where_of(cmd->directive)});
    return nullptr;
  });
}

const char* acme_hear_server_name(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&]() -> const char* {
    const auto arguments = words_of(cmd->pool, raw);
    host_config(cmd->server).own_name = arguments.empty() ? "" : arguments.front();
    return nullptr;
  });
}

}  // extern "C"

}  // namespace

void add_heard_directives(std::vector<command_rec>& table) {
  table.push_back(AP_INIT_RAW_ARGS("SSLEngine", acme_hear_ssl_engine, nullptr, RSRC_CONF, "see mod_ssl"));
  table.push_back(
      AP_INIT_RAW_ARGS("SSLCertificateFile", acme_hear_certificate_file, nullptr, RSRC_CONF, "see mod_ssl"));
  table.push_back(AP_INIT_RAW_ARGS("CacheRoot", acme_hear_cache_root, nullptr, RSRC_CONF, "see mod_cache_disk"));
  table.push_back(AP_INIT_RAW_ARGS("ServerName", acme_hear_server_name, nullptr, RSRC_CONF, "see the core"));
}

}  // namespace acme
