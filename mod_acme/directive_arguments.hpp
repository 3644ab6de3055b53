// What the functions behind httpd's directives share: where a directive stands, its words, and how it is refused.
#pragma once

#include <string>
#include <vector>

#include "common/config/directives.hpp"
#include "mod_acme/httpd.hpp"
#include "mod_acme/load.hpp"

namespace acme {

inline constexpr const char* kOutOfMemory = "out of memory";

/// The error in this server's spelling, for httpd to show; lives as long as the configuration.
const char* said(cmd_parms* cmd, const Error& error);
/// "file:line".
std::string where_of(const ap_directive_t* directive);
/// Splits as httpd does: quotes group, backslash escapes.
std::vector<std::string> words_of(apr_pool_t* pool, const char* text);
/// For what is parsed in common/config; without the place.
DirectiveContext context_for(cmd_parms* cmd, Load& load);

}  // namespace acme
