#include "mod_acme/directives.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "common/config/directives.hpp"
#include "common/config/notify_words.hpp"
#include "common/config/values.hpp"
#include "mod_acme/directive_arguments.hpp"
#include "mod_acme/directory_config.hpp"
#include "mod_acme/heard_directives.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/issuer_section.hpp"

namespace acme {

namespace {

const char* state_path(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  const auto arguments = words_of(cmd->pool, raw);
  if (!load || arguments.size() != 1 || arguments[0].empty()) return "AcmeStatePath takes one directory";
  if (!load->state_path.empty()) return "AcmeStatePath is given twice";
  load->state_path = context_for(cmd, *load).absolute_path(arguments[0]);
  return nullptr;
}

const char* sandbox(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  const auto arguments = words_of(cmd->pool, raw);
  if (!load || arguments.size() != 1) return "AcmeSandbox takes on or off";
  if (load->sandbox) return "AcmeSandbox is given twice";
  auto parsed = parse_flag(arguments[0]);
  if (!parsed) return said(cmd, std::move(parsed).error().with_context("AcmeSandbox"));
  load->sandbox = *parsed;
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

const char* notify(cmd_parms* cmd, const char* raw) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  Load* load = Load::of(cmd->pool);
  if (!load) return "AcmeNotify is not possible here";
  DirectiveContext context = context_for(cmd, *load);
  context.where = where_of(cmd->directive);
  auto parsed = parse_notify_directive(words_of(cmd->pool, raw), context);
  if (!parsed) return said(cmd, std::move(parsed).error().with_context("AcmeNotify"));
  load->notify.push_back(*std::move(parsed));
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

const char* acme_state_path(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return state_path(cmd, raw); });
}

const char* acme_sandbox(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return sandbox(cmd, raw); });
}

const char* acme_reload(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return reload(cmd, raw); });
}

const char* acme_on_event(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return on_event(cmd, raw); });
}

const char* acme_notify(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return notify(cmd, raw); });
}

const char* acme_require_https(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return require_https(cmd, raw); });
}

const char* acme_certificate(cmd_parms* cmd, void*, const char* raw) noexcept {
  return guard(kOutOfMemory, [&] { return certificate(cmd, raw); });
}

}  // extern "C"

std::vector<command_rec> make_table() {
  std::vector<command_rec> table{
      AP_INIT_RAW_ARGS("AcmeCertificate", acme_certificate, nullptr, RSRC_CONF,
                       "ISSUER [NAME ...] [key=TYPE], or off: manage the certificate"),
      AP_INIT_RAW_ARGS("AcmeStatePath", acme_state_path, nullptr, RSRC_CONF, "directory of accounts and certificates"),
      AP_INIT_RAW_ARGS("AcmeSandbox", acme_sandbox, nullptr, RSRC_CONF,
                       "on|off: the engine's process is confined by the kernel"),
      AP_INIT_RAW_ARGS("AcmeReload", acme_reload, nullptr, RSRC_CONF,
                       "on|off [interval=60s] [window=02:00-05:00[,ZONE]]: graceful reload after renewals"),
      AP_INIT_RAW_ARGS("AcmeOnEvent", acme_on_event, nullptr, RSRC_CONF, "EVENT PROGRAM [ARG ...]: a program to run"),
      AP_INIT_RAW_ARGS("AcmeNotify", acme_notify, nullptr, RSRC_CONF,
                       "webhook URL|mail ADDRESS|syslog [PARAMETER=VALUE ...]: who is told of trouble"),
      AP_INIT_RAW_ARGS("AcmeRequireHttps", acme_require_https, nullptr, RSRC_CONF,
                       "off|temporary|permanent: redirect plain HTTP of managed names"),
      AP_INIT_RAW_ARGS("AcmeStatus", acme_status_directive, nullptr, RSRC_CONF | ACCESS_CONF,
                       "open|local: whom the handler acme-status answers"),
      AP_INIT_RAW_ARGS("SetHandler", acme_hear_set_handler, nullptr, OR_FILEINFO, "see the core"),
  };
  add_issuer_section(table);
  add_heard_directives(table);
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
