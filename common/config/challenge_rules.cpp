#include "common/config/challenge_rules.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/config/dns_provider_words.hpp"
#include "common/config/issuer_rules.hpp"

namespace acme {

namespace {

bool contains(const std::vector<std::string>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool any_sets_records(const std::vector<std::string>& types) {
  return std::any_of(types.begin(), types.end(), [](const auto& type) { return sets_dns_record(type); });
}

bool has_provider(const Identifier& name, const IssuerConfig& issuer) {
  return name.type == IdentifierType::dns && dns_provider_for(issuer.dns_providers, name.value) != nullptr;
}

/// Will a CA that asks for it meet something of ours?
bool is_answered(std::string_view type, const ListeningPorts& ports) {
  if (type == kHttp01) return ports.port_80;
  if (type == kTlsAlpn01) return ports.port_443;
  return true;
}

}  // namespace

const std::vector<std::string>& written_challenges(const CertificateDirective& directive, const IssuerConfig& issuer) {
  return directive.challenges.empty() ? issuer.challenges : directive.challenges;
}

bool is_provable(const Identifier& name, const std::vector<std::string>& written, const IssuerConfig& issuer) {
  if (written.empty()) return !name.wildcard() || has_provider(name, issuer);
  return std::any_of(written.begin(), written.end(), [&](const auto& type) {
    return can_prove(type, name) && (!sets_dns_record(type) || !issuer.dns_providers.empty());
  });
}

std::vector<std::string> challenges_for(const std::vector<Identifier>& names, const std::vector<std::string>& written,
                                        const IssuerConfig& issuer, const ListeningPorts& ports) {
  if (!written.empty()) return written;
  std::vector<std::string> types;
  for (const auto type : {kHttp01, kTlsAlpn01}) {
    if (is_answered(type, ports)) types.emplace_back(type);
  }
  const bool in_zone =
      std::any_of(names.begin(), names.end(), [&](const auto& name) { return has_provider(name, issuer); });
  if (in_zone) types.emplace_back(kDns01);
  const bool every_name = std::all_of(names.begin(), names.end(), [&](const auto& name) {
    return std::any_of(types.begin(), types.end(), [&](const auto& type) {
      return can_prove(type, name) && (type != kDns01 || has_provider(name, issuer));
    });
  });
  if (!every_name && !contains(types, kHttp01)) types.insert(types.begin(), std::string{kHttp01});
  return types;
}

Error not_provable(const Identifier& name, const std::vector<std::string>& written, const IssuerConfig& issuer) {
  const std::string kind = name.wildcard() ? "the wildcard " : name.type == IdentifierType::ip ? "the IP address " : "";
  if (name.type == IdentifierType::ip) {
    return {ErrorKind::configuration, cat(join(written, ", "), " cannot prove ", kind, name.value),
            "an address is proved by http-01 or tls-alpn-01: add one of them to challenge"};
  }
  if (written.empty() && !issuer.dns_providers.empty()) {
    return {ErrorKind::configuration, cat("no dns_provider of issuer \"", issuer.name, "\" is for ", kind, name.value),
            "name its zone there: zone=...; where _acme-challenge. is an alias (CNAME) into such a zone, say challenge "
            "dns-01"};
  }
  const std::string types = written.empty() ? std::string{kHttp01} : join(written, ", ");
  return {ErrorKind::configuration, cat(types, " cannot prove ", kind, name.value),
          cat("a wildcard needs a DNS challenge: a dns_provider in issuer \"", issuer.name,
              "\", or challenge dns-persist-01; or list the names one by one")};
}

Status check_written(const std::vector<std::string>& written, const IssuerConfig& issuer, const std::string& where) {
  if (!any_sets_records(written) || !issuer.dns_providers.empty()) return {};
  const bool account = !contains(written, kDns01);
  return config_error(
      where,
      cat("challenge ", account ? kDnsAccount01 : kDns01, " without a dns_provider in issuer \"", issuer.name, "\""),
      "dns_provider says who sets the records: dns_provider NAME [key=value ...]");
}

std::vector<std::string> doubts_about_challenges(const CertificateConfig& certificate, const IssuerConfig& issuer,
                                                 const ListeningPorts& ports) {
  std::vector<std::string> doubts;
  for (const auto& name : certificate.names) {
    std::vector<std::string> usable;
    for (const auto& type : certificate.challenges) {
      if (can_prove(type, name)) usable.push_back(type);
    }
    const bool answered =
        std::any_of(usable.begin(), usable.end(), [&](const auto& type) { return is_answered(type, ports); });
    if (!answered && !contains(usable, kTlsAlpn01)) {
      doubts.emplace_back(
          "no listener on port 80: a CA proves names by http-01 there; add one, or forward port 80 to this server "
          "(other ways: tls-alpn-01 on port 443, or a dns_provider)");
    } else if (!answered) {
      const bool http = contains(usable, kHttp01);
      doubts.push_back(
          cat("no listener with TLS on port 443", http ? " and none on port 80" : "",
              ": a CA proves names by tls-alpn-01 there; add one, or forward port 443 to one that speaks TLS"));
    }
    const bool only_records = std::all_of(usable.begin(), usable.end(), sets_dns_record);
    if (only_records && !has_provider(name, issuer)) {
      doubts.push_back(cat("no dns_provider of issuer ", issuer.name, " has the zone of ", name.value,
                           ": its _acme-challenge record must be an alias (CNAME) into a zone that one has"));
    }
  }
  return doubts;
}

}  // namespace acme
