#include "mod_acme/directive_arguments.hpp"

#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "common/runtime/directive_files.hpp"
#include "mod_acme/words.hpp"

namespace acme {

const char* said(cmd_parms* cmd, const Error& error) {
  return apr_pstrdup(cmd->pool, in_apache_words(describe(error)).c_str());
}

std::string where_of(const ap_directive_t* directive) { return cat(directive->filename, ":", directive->line_num); }

std::vector<std::string> words_of(apr_pool_t* pool, const char* text) {
  std::vector<std::string> words;
  while (*text) {
    const char* word = ap_getword_conf(pool, &text);
    if (*word || *text) words.emplace_back(word);
  }
  return words;
}

DirectiveContext context_for(cmd_parms* cmd, Load& load) {
  DirectiveContext context;
  context.absolute_path = [pool = cmd->pool](const std::string& path) {
    const char* absolute = ap_server_root_relative(pool, path.c_str());
    return absolute ? std::string{absolute} : path;
  };
  give_files(context);
  context.notices = &load.notices;
  return context;
}

}  // namespace acme
