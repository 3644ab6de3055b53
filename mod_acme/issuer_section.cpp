#include "mod_acme/issuer_section.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "mod_acme/directive_arguments.hpp"

namespace acme {

namespace {

const DirectiveWord* issuer_word(const char* apache_name) {
  for (const DirectiveWord& word : issuer_words()) {
    if (equals_no_case(word.apache_name, apache_name)) return &word;
  }
  return nullptr;
}

std::string known_issuer_words() {
  std::string names;
  for (const DirectiveWord& word : issuer_words()) names += cat(names.empty() ? "" : ", ", word.apache_name);
  return names;
}

/// One line of the block. Flags of httpd are on|off in any case.
Status apply_line(cmd_parms* cmd, const ap_directive_t* line, IssuerConfig& issuer, const DirectiveContext& context) {
  const DirectiveWord* word = issuer_word(line->directive);
  if (!word) {
    return Error{ErrorKind::configuration,
                 cat("\"", cleaned(line->directive, 80), "\" does not belong in <AcmeIssuer>"),
                 cat("known: ", known_issuer_words())};
  }
  std::vector<std::string> arguments = words_of(cmd->pool, line->args);
  if (arguments.size() == 1 && (equals_no_case(arguments[0], "on") || equals_no_case(arguments[0], "off"))) {
    arguments[0] = to_lower(arguments[0]);
  }
  auto applied = apply_issuer_word(issuer, word->nginx_name, arguments, context);
  if (!applied) return std::move(applied).error().with_context(word->apache_name);
  return {};
}

/// mod_info and `-D DUMP_CONFIG` show what is written in the configuration: not a key that stands there itself.
void hide_key(apr_pool_t* pool, ap_directive_t& line) {
  const std::string_view args = line.args;
  const auto at = args.find("data:");
  if (equals_no_case(line.directive, "AcmeExternalAccountKey") && at != std::string_view::npos) {
    line.args = apr_pstrdup(pool, cat(args.substr(0, at), "data:(hidden)").c_str());
  }
}

/// Reads the block itself instead of letting httpd walk it: a directive of another module in it would
/// otherwise be applied to the main server without a word.
const char* issuer_section(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  if (!load) return "<AcmeIssuer> is not possible here";
  const char* end = ap_strrchr_c(raw, '>');
  if (!end) return "<AcmeIssuer directive missing closing '>'";
  const auto arguments = words_of(cmd->pool, apr_pstrmemdup(cmd->pool, raw, static_cast<apr_size_t>(end - raw)));
  if (arguments.size() != 1) return "<AcmeIssuer> takes one name: <AcmeIssuer letsencrypt>";
  auto issuer = new_issuer(arguments[0], where_of(cmd->directive));
  if (!issuer) return said(cmd, issuer.error());
  DirectiveContext context = context_for(cmd, *load);
  for (ap_directive_t* line = cmd->directive->first_child; line; line = line->next) {
    context.where = where_of(line);
    auto applied = apply_line(cmd, line, *issuer, context);
    hide_key(cmd->pool, *line);
    if (applied) continue;
    cmd->err_directive = line;
    return said(cmd, applied.error());
  }
  load->issuers.push_back(*std::move(issuer));
  return nullptr;
}

extern "C" {

const char* acme_issuer_section(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return issuer_section(cmd, raw); });
}

const char* acme_issuer_word_outside(cmd_parms* cmd, void*, const char*) noexcept {
  return apr_psprintf(cmd->pool, "%s belongs in an <AcmeIssuer NAME> section", cmd->cmd->name);
}

}  // extern "C"

}  // namespace

void add_issuer_section(std::vector<command_rec>& table) {
  table.push_back(
      AP_INIT_RAW_ARGS("<AcmeIssuer", acme_issuer_section, nullptr, RSRC_CONF, "a CA and the account there"));
  for (const DirectiveWord& word : issuer_words()) {
    if (equals_no_case(word.apache_name, "AcmeStatePath")) continue;  // also a word of the main server
    table.push_back(AP_INIT_RAW_ARGS(word.apache_name, acme_issuer_word_outside, nullptr, RSRC_CONF, word.help));
  }
}

}  // namespace acme
