#include "common/challenge/dns_providers.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

/// How much of `name` a zone of the provider holds; nullopt: none does.
std::optional<std::size_t> zone_fit(const DnsProviderConfig& config, const std::string& name) {
  std::optional<std::size_t> longest;
  for (const auto& zone : config.zones) {
    const bool inside = name == zone || (name.size() > zone.size() && name.ends_with(zone) &&
                                         name[name.size() - zone.size() - 1] == '.');
    if (inside) longest = std::max(longest.value_or(0), zone.size());
  }
  return longest;
}

}  // namespace

DnsProviders::DnsProviders(const std::map<std::string, IssuerConfig>& issuers, const Make& make, Logger& log)
    : issuers_{issuers} {
  for (const auto& [name, issuer] : issuers) {
    for (const auto& config : issuer.dns_providers) {
      ConfiguredProvider& configured = providers_.emplace_back();
      configured.issuer = &issuer;
      configured.config = &config;
      auto made = make(issuer, config);
      if (made) {
        configured.provider = *std::move(made);
        continue;
      }
      configured.error = std::move(made).error().with_context(cat("dns_provider ", config.name));
      log.error(cat(config.where, ": ", describe(configured.error)));
    }
  }
}

const IssuerConfig* DnsProviders::issuer(const std::string& name) const {
  const auto found = issuers_.find(name);
  return found == issuers_.end() ? nullptr : &found->second;
}

ConfiguredProvider* DnsProviders::choose(const std::string& issuer, const std::string& asked,
                                         const std::string& target) {
  ConfiguredProvider* best = nullptr;
  std::pair<int, std::size_t> best_fit{0, 0};  // which name fits, how much of it
  for (auto& configured : providers_) {
    if (configured.issuer->name != issuer) continue;
    std::pair<int, std::size_t> fit{0, 0};
    if (const auto behind = zone_fit(*configured.config, target)) {
      fit = {3, *behind};
    } else if (const auto before = zone_fit(*configured.config, asked)) {
      fit = {2, *before};
    } else if (configured.config->zones.empty()) {
      fit = {1, 0};
    }
    if (fit <= best_fit) continue;
    best = &configured;
    best_fit = fit;
  }
  return best;
}

ConfiguredProvider* DnsProviders::find(const JournaledRecord& record) {
  ConfiguredProvider* chosen = choose(record.issuer, record.asked_name, record.name);
  if (chosen != nullptr && chosen->config->name == record.provider) return chosen;
  ConfiguredProvider* best = nullptr;
  for (auto& configured : providers_) {
    if (configured.config->name != record.provider) continue;
    if (configured.issuer->name == record.issuer) return &configured;
    if (best == nullptr) best = &configured;
  }
  return best;
}

}  // namespace acme
