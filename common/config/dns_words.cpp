// The words of an issuer block about the DNS, and about what is proved by it.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/dns_provider_words.hpp"
#include "common/config/issuer_setters.hpp"
#include "common/config/values.hpp"

namespace acme::detail {

Status add_dns_provider(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context) {
  auto provider = parse_dns_provider(arguments, context);
  if (!provider) return std::move(provider).error();
  for (const auto& other : issuer.dns_providers) {
    if (other.zones.empty() && provider->zones.empty()) {
      return wrong(cat("two DNS providers for all names, ", other.name, " and ", provider->name),
                   "say which is for which: zone=example.com");
    }
    for (const auto& zone : provider->zones) {
      if (std::find(other.zones.begin(), other.zones.end(), zone) == other.zones.end()) continue;
      return wrong(cat("two DNS providers for the zone ", zone), "one provider for each zone");
    }
  }
  issuer.dns_providers.push_back(*std::move(provider));
  return {};
}

Status set_resolvers(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  const std::vector<std::string_view> texts{arguments.begin(), arguments.end()};
  auto servers = parse_server_addresses(texts);
  if (!servers) return std::move(servers).error();
  issuer.resolvers = *std::move(servers);
  return {};
}

Status set_http01(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  const bool stateless = arguments[0] == "stateless";
  if (!stateless && !equals_no_case(arguments[0], "off")) {
    return wrong(cat("unknown value \"", cleaned(arguments[0], 80), "\""), "accepted: stateless, off");
  }
  issuer.http01_stateless = stateless;
  return {};
}

Status set_share_wildcard(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.share_wildcard, arguments);
}

Status set_caa(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext&) {
  return set_flag(issuer.check_caa, arguments);
}

}  // namespace acme::detail
