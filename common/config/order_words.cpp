// The words of an issuer block that say what is ordered there, and when.
#include "common/base/text.hpp"
#include "common/config/issuer_setters.hpp"
#include "common/config/values.hpp"

namespace acme::detail {

namespace {

constexpr std::string_view kAfter = "after=";
constexpr const char* kFallbackForm = "fallback ISSUER [ISSUER ...] [after=N], N failures in a row from 1 to 100";

}  // namespace

Status set_challenge(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  const std::vector<std::string_view> texts{arguments.begin(), arguments.end()};
  auto challenges = parse_challenges(texts);
  if (!challenges) return std::move(challenges).error();
  issuer.challenges = *std::move(challenges);
  return {};
}

Status set_fallback(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  bool after_given = false;
  for (const auto& argument : arguments) {
    if (!argument.starts_with(kAfter)) {
      auto name = new_issuer(argument, {});
      if (!name) return std::move(name).error();
      issuer.fallback.push_back(argument);
      continue;
    }
    const auto after = parse_number(std::string_view{argument}.substr(kAfter.size()));
    if (after_given || !after || *after < 1 || *after > 100) {
      return wrong(cat("bad \"", cleaned(argument, 80), "\""), kFallbackForm);
    }
    after_given = true;
    issuer.fallback_after = static_cast<std::uint32_t>(*after);
  }
  if (issuer.fallback.empty()) return wrong("no issuer is named to fall back to", kFallbackForm);
  return {};
}

Status set_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  auto types = parse_key_types(arguments[0]);
  if (!types) return std::move(types).error();
  issuer.key_types = *std::move(types);
  return {};
}

Status set_lifetime(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  auto lifetime = parse_lifetime(arguments[0]);
  if (!lifetime) return std::move(lifetime).error();
  issuer.lifetime = *lifetime;
  return {};
}

Status set_must_staple(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.must_staple, arguments);
}

Status set_preflight(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  bool on = false;
  auto set = set_flag(on, arguments);
  if (set) issuer.preflight = on;
  return set;
}

Status set_profile(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  const bool require = arguments.size() == 2;
  if (require && arguments[1] != "require") {
    return wrong(cat("\"", cleaned(arguments[1], 80), "\" after a profile"), "profile NAME [require]");
  }
  if (arguments[0].empty() || arguments[0] != cleaned(arguments[0], 100)) {
    return wrong(cat("bad profile \"", cleaned(arguments[0], 80), "\""),
                 "a profile's name as the CA's directory lists it");
  }
  issuer.profile = arguments[0];
  issuer.profile_required = require;
  return {};
}

Status set_renew_before(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  auto value = parse_renew_before(arguments[0]);
  if (!value) return std::move(value).error();
  issuer.renew_before = *value;
  return {};
}

Status set_renew_window(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  auto window = DailyWindow::parse(arguments[0], arguments.size() == 2 ? arguments[1] : "");
  if (!window) return std::move(window).error();
  issuer.renew_window = *std::move(window);
  return {};
}

Status set_reuse_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.reuse_key, arguments);
}

}  // namespace acme::detail
