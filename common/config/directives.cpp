#include "common/config/directives.hpp"

#include <algorithm>
#include <utility>

#include "common/base/text.hpp"
#include "common/config/hook_event.hpp"
#include "common/config/values.hpp"

namespace acme {

namespace {

Error wrong(std::string message, std::string hint) {
  return {ErrorKind::configuration, std::move(message), std::move(hint)};
}

constexpr const char* kParameters =
    "accepted: key=, challenge=, renew_before=, lifetime=, must_staple=on|off, reuse_key=on|off, "
    "share_wildcard=on|off";

/// Puts what was parsed into its place; a place that is filled already was given twice.
template <class Place, class T>
Status put(Place& place, Result<T> parsed, std::string_view name) {
  if (!parsed) return std::move(parsed).error().with_context(std::string{name});
  if (place != Place{}) return wrong(cat(name, "= is given twice"), kParameters);
  place = *std::move(parsed);
  return {};
}

/// One "key=value" of acme_certificate.
Status apply_parameter(CertificateDirective& directive, std::string_view name, std::string_view value) {
  if (name == "key") return put(directive.key_types, parse_key_types(value), name);
  if (name == "challenge") return put(directive.challenges, parse_challenges(split(value, ',')), name);
  if (name == "lifetime") return put(directive.lifetime, parse_lifetime(value), name);
  if (name == "must_staple") return put(directive.must_staple, parse_flag(value), name);
  if (name == "reuse_key") return put(directive.reuse_key, parse_flag(value), name);
  if (name == "share_wildcard") return put(directive.share_wildcard, parse_flag(value), name);
  if (name == "renew_before") return put(directive.renew_before, parse_renew_before(value), name);
  return wrong(cat("unknown parameter \"", cleaned(name, 80), "=\""), kParameters);
}

bool issuer_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

Result<IssuerConfig> new_issuer(std::string_view name, std::string where) {
  const bool characters = std::all_of(name.begin(), name.end(), issuer_name_character);
  if (name.empty() || name.size() > 64 || !characters || name.front() == '.' || name == "off") {
    return wrong(cat("bad issuer name \"", cleaned(name, 80), "\""),
                 "letters, digits, \".\", \"_\" and \"-\", at most 64, not beginning with a dot, not \"off\"");
  }
  IssuerConfig issuer;
  issuer.name = name;
  issuer.where = std::move(where);
  return issuer;
}

Result<CertificateDirective> parse_certificate_directive(const std::vector<std::string>& arguments, std::string where) {
  CertificateDirective directive;
  directive.where = std::move(where);
  if (arguments.empty() || arguments[0].empty()) {
    return wrong("no issuer is named", "acme_certificate ISSUER [NAME ...] [key=TYPE], or off");
  }
  if (arguments[0] == "off") {
    if (arguments.size() > 1) return wrong("\"off\" takes no names or parameters", "acme_certificate off");
    directive.off = true;
    return directive;
  }
  directive.issuer = arguments[0];
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const auto equals = argument.find('=');
    if (equals == std::string_view::npos) {
      directive.names.emplace_back(argument);
      continue;
    }
    auto applied = apply_parameter(directive, argument.substr(0, equals), argument.substr(equals + 1));
    if (!applied) return std::move(applied).error();
  }
  return directive;
}

namespace {

constexpr const char* kReloadForm = "acme_reload on|off [interval=60s] [window=02:00-05:00[,Europe/Berlin]]";

Status apply_reload_parameter(ReloadConfig& reload, std::string_view argument) {
  constexpr std::string_view interval = "interval=";
  constexpr std::string_view window = "window=";
  if (argument.starts_with(interval)) {
    auto time = parse_time(argument.substr(interval.size()));
    if (!time) return std::move(time).error();
    reload.interval = *time;
    return {};
  }
  if (!argument.starts_with(window))
    return wrong(cat("unknown parameter \"", cleaned(argument, 80), "\""), kReloadForm);
  if (reload.window) return wrong("window= is given twice", kReloadForm);
  const auto span = argument.substr(window.size());
  const auto comma = span.find(',');
  auto parsed =
      DailyWindow::parse(span.substr(0, comma), comma == std::string_view::npos ? "local" : span.substr(comma + 1));
  if (!parsed) return std::move(parsed).error();
  reload.window = *std::move(parsed);
  return {};
}

}  // namespace

Result<ReloadConfig> parse_reload_directive(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return wrong("neither on nor off is given", kReloadForm);
  auto enabled = parse_flag(arguments.front());
  if (!enabled) return std::move(enabled).error().with_hint(kReloadForm);
  ReloadConfig reload;
  reload.enabled = *enabled;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    auto applied = apply_reload_parameter(reload, arguments[i]);
    if (!applied) return std::move(applied).error();
  }
  if (!reload.enabled && reload.window) return wrong("off has no window: nothing is ever reloaded", kReloadForm);
  return reload;
}

Result<HookConfig> parse_event_directive(const std::vector<std::string>& arguments, std::string where) {
  constexpr const char* form =
      "acme_on_event renewed|failed|expiring|revoked|challenge-setup|installed /absolute/program [ARG ...]";
  const std::string_view name = arguments.empty() ? "" : std::string_view{arguments[0]};
  const auto event = parse_hook_event(name);
  if (!event) return wrong(cat("unknown event \"", cleaned(name, 80), "\""), form);
  if (arguments.size() < 2 || !arguments[1].starts_with('/')) {
    const std::string_view program = arguments.size() < 2 ? "" : std::string_view{arguments[1]};
    return wrong(cat("\"", cleaned(program, 200), "\" is no absolute path of a program"), form);
  }
  HookConfig hook;
  hook.where = std::move(where);
  hook.event = *event;
  hook.argv.assign(arguments.begin() + 1, arguments.end());
  return hook;
}

Result<RequireHttps> parse_require_https(std::string_view text) {
  if (equals_no_case(text, "off")) return RequireHttps::off;
  if (text == "temporary") return RequireHttps::temporary;
  if (text == "permanent") return RequireHttps::permanent;
  return wrong(cat("unknown value \"", cleaned(text, 80), "\""), "accepted: off, temporary, permanent");
}

}  // namespace acme
