#include "mod_acme/directives.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "common/config/directives.hpp"
#include "common/runtime/directive_files.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/load.hpp"
#include "mod_acme/words.hpp"

namespace acme {

namespace {

constexpr const char* kOutOfMemory = "out of memory";

const char* said(cmd_parms* cmd, const Error& error) {
  return apr_pstrdup(cmd->pool, in_apache_words(describe(error)).c_str());
}

std::string where_of(const ap_directive_t* directive) { return cat(directive->filename, ":", directive->line_num); }

/// Splits as httpd does: quotes group, backslash escapes.
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
  for (const ap_directive_t* line = cmd->directive->first_child; line; line = line->next) {
    context.where = where_of(line);
    auto applied = apply_line(cmd, line, *issuer, context);
    if (applied) continue;
    cmd->err_directive = line;
    return said(cmd, applied.error());
  }
  load->issuers.push_back(*std::move(issuer));
  return nullptr;
}

const char* state_path(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  const auto arguments = words_of(cmd->pool, raw);
  if (!load || arguments.size() != 1 || arguments[0].empty()) return "AcmeStatePath takes one directory";
  if (!load->state_path.empty()) return "AcmeStatePath is given twice";
  load->state_path = context_for(cmd, *load).absolute_path(arguments[0]);
  return nullptr;
}

const char* reload(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  auto arguments = words_of(cmd->pool, raw);
  if (!load) return "AcmeReload is not possible here";
  if (load->reload) return "AcmeReload is given twice";
  auto parsed = parse_reload_directive(arguments);
  if (!parsed) return said(cmd, std::move(parsed).error().with_context("AcmeReload"));
  load->reload = *parsed;
  return nullptr;
}

const char* on_event(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  if (!load) return "AcmeOnEvent is not possible here";
  auto parsed = parse_event_directive(words_of(cmd->pool, raw), where_of(cmd->directive));
  if (!parsed) return said(cmd, std::move(parsed).error().with_context("AcmeOnEvent"));
  load->hooks.push_back(*std::move(parsed));
  return nullptr;
}

const char* require_https(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT)) return wrong;
  HostConfig& config = host_config(cmd->server);
  if (config.require_https) return "AcmeRequireHttps is given twice here";
  const auto arguments = words_of(cmd->pool, raw);
  if (arguments.size() != 1) return "AcmeRequireHttps takes one of off, temporary, permanent";
  auto parsed = parse_require_https(arguments[0]);
  if (!parsed) return said(cmd, std::move(parsed).error().with_context("AcmeRequireHttps"));
  config.require_https = *parsed;
  return nullptr;
}

const char* certificate(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT)) return wrong;
  HostConfig& config = host_config(cmd->server);
  const std::string where = where_of(cmd->directive);
  if (config.directive) {
    return apr_psprintf(cmd->pool, "AcmeCertificate is given twice here (first at %s)",
                        config.directive->where.c_str());
  }
  auto arguments = words_of(cmd->pool, raw);
  if (arguments.size() == 1 && equals_no_case(arguments[0], "off")) arguments[0] = "off";
  auto parsed = parse_certificate_directive(arguments, where);
  if (!parsed) return said(cmd, std::move(parsed).error().with_context("AcmeCertificate"));
  config.directive = *std::move(parsed);
  return nullptr;
}

extern "C" {

const char* acme_issuer_section(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return issuer_section(cmd, raw); });
}

const char* acme_issuer_word_outside(cmd_parms* cmd, void*, const char*) noexcept {
  return apr_psprintf(cmd->pool, "%s belongs in an <AcmeIssuer NAME> section", cmd->cmd->name);
}

const char* acme_state_path(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return state_path(cmd, raw); });
}

const char* acme_reload(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return reload(cmd, raw); });
}

const char* acme_on_event(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return on_event(cmd, raw); });
}

const char* acme_require_https(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return require_https(cmd, raw); });
}

const char* acme_certificate(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return certificate(cmd, raw); });
}

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

std::vector<command_rec> make_table() {
  std::vector<command_rec> table{
      AP_INIT_RAW_ARGS("<AcmeIssuer", acme_issuer_section, nullptr, RSRC_CONF, "a CA and the account there"),
      AP_INIT_RAW_ARGS("AcmeCertificate", acme_certificate, nullptr, RSRC_CONF,
                       "ISSUER [NAME ...] [key=TYPE], or off: manage the certificate"),
      AP_INIT_RAW_ARGS("AcmeStatePath", acme_state_path, nullptr, RSRC_CONF, "directory of accounts and certificates"),
      AP_INIT_RAW_ARGS("AcmeReload", acme_reload, nullptr, RSRC_CONF,
                       "on|off [interval=60s] [window=02:00-05:00[,ZONE]]: graceful reload after renewals"),
      AP_INIT_RAW_ARGS("AcmeOnEvent", acme_on_event, nullptr, RSRC_CONF, "EVENT PROGRAM [ARG ...]: a program to run"),
      AP_INIT_RAW_ARGS("AcmeRequireHttps", acme_require_https, nullptr, RSRC_CONF,
                       "off|temporary|permanent: redirect plain HTTP of managed names"),
      AP_INIT_RAW_ARGS("SSLEngine", acme_hear_ssl_engine, nullptr, RSRC_CONF, "see mod_ssl"),
      AP_INIT_RAW_ARGS("SSLCertificateFile", acme_hear_certificate_file, nullptr, RSRC_CONF, "see mod_ssl"),
      AP_INIT_RAW_ARGS("CacheRoot", acme_hear_cache_root, nullptr, RSRC_CONF, "see mod_cache_disk"),
      AP_INIT_RAW_ARGS("ServerName", acme_hear_server_name, nullptr, RSRC_CONF, "see the core"),
  };
  for (const DirectiveWord& word : issuer_words()) {
    if (equals_no_case(word.apache_name, "AcmeStatePath")) continue;  // also a word of the main server
    table.push_back(AP_INIT_RAW_ARGS(word.apache_name, acme_issuer_word_outside, nullptr, RSRC_CONF, word.help));
  }
  table.push_back(command_rec{});
  return table;
}

}  // namespace

const command_rec* directives() noexcept {
  return guard(static_cast<const command_rec*>(nullptr), [] {
    // Never destroyed: httpd keeps pointers into it until its last exit handler.
    static const auto& table = *new std::vector<command_rec>{make_table()};
    return table.data();
  });
}

}  // namespace acme
