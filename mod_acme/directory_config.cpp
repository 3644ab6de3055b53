#include "mod_acme/directory_config.hpp"

#include "common/base/guard.hpp"
#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "mod_acme/pool_object.hpp"

extern "C" {
#include <apr_fnmatch.h>
}

namespace acme {

namespace {

/// The path of a plain <Location "/path">; empty for patterns, files, expressions.
std::string location_of(const cmd_parms* cmd) {
  const ap_directive_t* section = cmd->directive->parent;
  if (!section || !equals_no_case(section->directive, "<Location") || !cmd->path || *cmd->path != '/') return {};
  return apr_fnmatch_test(cmd->path) ? std::string{} : std::string{cmd->path};
}

}  // namespace

DirectoryConfig& directory_config(const request_rec* request) {
  return *static_cast<DirectoryConfig*>(ap_get_module_config(request->per_dir_config, &acme_module));
}

void* create_directory_config(apr_pool_t* pool, char*) noexcept {
  return guard(static_cast<void*>(nullptr), [&]() -> void* { return &make_in_pool<DirectoryConfig>(pool); });
}

void* merge_directory_config(apr_pool_t* pool, void* outer, void* inner) noexcept {
  return guard(inner, [&]() -> void* {
    const auto& base = *static_cast<const DirectoryConfig*>(outer);
    auto& merged = make_in_pool<DirectoryConfig>(pool, *static_cast<const DirectoryConfig*>(inner));
    if (merged.status == StatusAccess::none) merged.status = base.status;
    if (!merged.handler_set) {
      merged.handler_set = base.handler_set;
      merged.location = base.location;
    }
    return &merged;
  });
}

const char* acme_hear_set_handler(cmd_parms* cmd, void* config, const char*) noexcept {
  return guard("out of memory", [&]() -> const char* {
    auto& directory = *static_cast<DirectoryConfig*>(config);
    directory.handler_set = true;
    directory.location = location_of(cmd);
    return nullptr;
  });
}

const char* acme_status_directive(cmd_parms* cmd, void* config, const char* raw) noexcept {
  return guard("out of memory", [&]() -> const char* {
    const char* rest = raw;
    const char* word = ap_getword_conf(cmd->pool, &rest);
    if (!*word || *rest) return "AcmeStatus takes one of open, local";
    auto access = parse_status_access(to_lower(word));
    if (!access) return apr_pstrdup(cmd->pool, cat("AcmeStatus: ", describe(access.error())).c_str());
    static_cast<DirectoryConfig*>(config)->status = *access;
    return nullptr;
  });
}

}  // namespace acme
