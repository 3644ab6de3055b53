#include "common/config/issuer_rules.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/challenge_rules.hpp"
#include "common/config/issuer_catalog.hpp"

namespace acme {

namespace {

using Issuers = std::map<std::string, IssuerConfig>;

Status fill_in_directories(IssuerConfig& issuer) {
  if (issuer.uri.empty()) issuer.uri = well_known_directory(issuer.name);
  if (issuer.uri.empty()) {
    return config_error(issuer.where, cat("issuer \"", issuer.name, "\" has no uri"),
                        cat("name its directory URL; known without one: ", well_known_issuer_names()));
  }
  if (issuer.staging_uri.empty()) issuer.staging_uri = staging_directory(issuer.uri);
  return {};
}

Status check_stateless(const IssuerConfig& issuer) {
  if (!issuer.http01_stateless || !issuer.account_key_file.empty()) return {};
  return config_error(issuer.where, cat("http01 stateless without account_key FILE in issuer \"", issuer.name, "\""),
                      "only nodes that have one account key can answer for each other: give all of them the same file");
}

void warn_about(const IssuerConfig& issuer, std::vector<std::string>& warnings) {
  if (!issuer.ssl_verify) {
    warnings.push_back(cat("issuer ", issuer.name, ": ssl_verify is off, anybody on the way can pose as the CA"));
  }
  if (needs_external_account(issuer.uri) && !issuer.external_account) {
    warnings.push_back(cat(issuer.where, ": issuer ", issuer.name,
                           " registers only accounts bound to a customer's: it gives you a key id and a MAC key for "
                           "external_account_key"));
  }
}

Status check_fallback(const IssuerConfig& issuer, const Issuers& issuers) {
  for (auto name = issuer.fallback.begin(); name != issuer.fallback.end(); ++name) {
    if (*name == issuer.name) {
      return config_error(issuer.where, cat("issuer \"", issuer.name, "\" is its own fallback"), "name another issuer");
    }
    if (std::find(issuer.fallback.begin(), name, *name) != name) {
      return config_error(issuer.where, cat("fallback \"", *name, "\" is named twice"), "each issuer once");
    }
    if (!issuers.contains(*name)) {
      return config_error(issuer.where, cat("unknown fallback issuer \"", cleaned(*name, 80), "\""),
                          "acme_issuer defines one");
    }
  }
  return {};
}

}  // namespace

Error config_error(const std::string& where, std::string message, std::string hint) {
  return {ErrorKind::configuration, where.empty() ? std::move(message) : cat(where, ": ", message), std::move(hint)};
}

Result<Issuers> check_issuers(std::vector<IssuerConfig> issuers, std::vector<std::string>& warnings) {
  Issuers by_name;
  for (auto& issuer : issuers) {
    if (Status filled = fill_in_directories(issuer); !filled) return std::move(filled).error();
    Status written = check_written(issuer.challenges, issuer, issuer.where);
    if (!written) return std::move(written).error();
    Status stateless = check_stateless(issuer);
    if (!stateless) return std::move(stateless).error();
    const std::string name = issuer.name;
    const std::string where = issuer.where;
    const auto [position, is_new] = by_name.emplace(name, std::move(issuer));
    if (!is_new) {
      return config_error(where, cat("issuer \"", name, "\" is defined twice"),
                          cat("first at ", position->second.where));
    }
    warn_about(position->second, warnings);
  }
  for (const auto& [name, issuer] : by_name) {
    if (Status checked = check_fallback(issuer, by_name); !checked) return std::move(checked).error();
  }
  return by_name;
}

}  // namespace acme
