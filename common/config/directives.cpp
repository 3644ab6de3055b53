#include "common/config/directives.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/values.hpp"

namespace acme {

namespace {

Error wrong(std::string message, std::string hint) {
  return {ErrorKind::configuration, std::move(message), std::move(hint)};
}

/// One "key=value" of acme_certificate. False in `known` when it is none of ours.
Status apply_parameter(CertificateDirective& directive, std::string_view name, std::string_view value) {
  if (name == "key") {
    auto types = parse_key_types(value);
    if (!types) return std::move(types).error();
    directive.key_types = *std::move(types);
    return {};
  }
  if (name == "challenge") {
    auto challenges = parse_challenges(split(value, ','));
    if (!challenges) return std::move(challenges).error();
    directive.challenges = *std::move(challenges);
    return {};
  }
  if (name == "renew_before") {
    auto renew_before = parse_renew_before(value);
    if (!renew_before) return std::move(renew_before).error();
    directive.renew_before = *renew_before;
    return {};
  }
  return wrong(cat("unknown parameter \"", cleaned(name, 80), "=\""), "accepted: key=, challenge=, renew_before=");
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

Result<ReloadConfig> parse_reload_directive(const std::vector<std::string>& arguments) {
  constexpr std::string_view interval = "interval=";
  ReloadConfig reload;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (i == 0) {
      auto enabled = parse_flag(argument);
      if (!enabled) return std::move(enabled).error().with_hint("acme_reload on|off [interval=60s]");
      reload.enabled = *enabled;
      continue;
    }
    if (argument.rfind(interval, 0) != 0) {
      return wrong(cat("unknown parameter \"", cleaned(argument, 80), "\""), "acme_reload on|off [interval=60s]");
    }
    auto time = parse_time(argument.substr(interval.size()));
    if (!time) return std::move(time).error();
    reload.interval = *time;
  }
  return reload;
}

}  // namespace acme
