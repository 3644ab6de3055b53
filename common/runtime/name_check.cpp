#include "common/runtime/name_check.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/client/caa_check.hpp"
#include "common/client/dns_persist.hpp"
#include "common/config/dns_provider_words.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/dns/name_servers.hpp"
#include "common/preflight/alpn_look.hpp"
#include "common/protocol/dns_challenge.hpp"

namespace acme {

namespace {

constexpr Duration kLookLimit = std::chrono::seconds{10};
constexpr Duration kQuestionLimit = std::chrono::seconds{5};

std::vector<std::string> resolvers_of(const NameToCheck& wanted) {
  return wanted.issuer == nullptr ? std::vector<std::string>{} : wanted.issuer->config().resolvers;
}

DnsRoute route_of(const NameToCheck& wanted) {
  DnsRoute route{resolvers_of(wanted)};
  route.limit = kQuestionLimit;
  return route;
}

/// The dns_provider that its records are set by: the one whose zone holds the place where they really go, else the one
/// whose zone holds the record's name, else the one for all names.
const DnsProviderConfig* provider_for(const NameToCheck& wanted, const std::string& record, const std::string& target) {
  if (wanted.issuer == nullptr) return nullptr;
  const auto& providers = wanted.issuer->config().dns_providers;
  const DnsProviderConfig* of_target = dns_provider_for(providers, target);
  if (of_target != nullptr && !of_target->zones.empty()) return of_target;
  return dns_provider_for(providers, record);
}

/// Of the stored account, too: the session knows it only once something was ordered. Empty: there is none.
std::string account_of(const NameToCheck& wanted) {
  return wanted.issuer == nullptr ? std::string{} : wanted.issuer->account_url();
}

/// With dns-account-01 it is the account's own; as long as there is no account, nobody knows it.
Result<std::string> record_name_of(const NameToCheck& wanted, std::string_view type) {
  if (type != kDnsAccount01) return dns01_record_name(wanted.name);
  const std::string account = account_of(wanted);
  if (account.empty()) return Error{ErrorKind::not_found, "there is no account yet"};
  return dns_account01_record_name(account, wanted.name);
}

Finding dns_finding(const NameToCheck& wanted, const std::string& type, Severity severity, const std::string& what) {
  return {type, wanted.name.value, severity, cat(wanted.name.value, ": ", what)};
}

Finding not_looked_up(const NameToCheck& wanted, const std::string& type, const Error& error) {
  return dns_finding(wanted, type, Severity::failure, "the place of its TXT record cannot be found in the DNS")
      .because(cleaned(error.message))
      .mended_by("see that the zone is delegated and its name servers answer");
}

/// Provider, delegation by CNAME, zone and its name servers.
Task<std::vector<Finding>> check_dns01(const OperationTools& tools, const NameToCheck& wanted, std::string type) {
  const auto record = record_name_of(wanted, type);
  if (!record) {
    co_return std::vector<Finding>{
        dns_finding(wanted, type, Severity::note, "the name of its TXT record is not known yet")
            .because(cleaned(record.error().message))};
  }
  const std::string base = wanted.name.wildcard() ? wanted.name.value.substr(2) : wanted.name.value;
  auto following = follow_cnames(*tools.lookup, *record, route_of(wanted));
  const auto target = co_await std::move(following);
  if (!target) co_return std::vector<Finding>{not_looked_up(wanted, type, target.error())};
  std::vector<Finding> findings;
  const DnsProviderConfig* provider = provider_for(wanted, *record, *target);
  const std::string by = provider == nullptr ? "" : cat("dns_provider ", provider->name);
  if (provider == nullptr) {
    findings.push_back(
        dns_finding(wanted, type, Severity::failure, "no dns_provider is for it")
            .because("its TXT record cannot be set")
            .mended_by(cat("add a `dns_provider` (Apache: `AcmeDnsProvider`) for ", base, " to the issuer")));
  }
  if (*target != *record) {
    findings.push_back(dns_finding(wanted, type, Severity::note,
                                   cat(*record, " is a CNAME to ", cleaned(*target, 260),
                                       by.empty() ? "" : cat(", where ", by, " sets the record"))));
  }
  auto finding_zone = find_zone(*tools.lookup, *target, route_of(wanted));
  const auto zone = co_await std::move(finding_zone);
  if (!zone) {
    findings.push_back(not_looked_up(wanted, type, zone.error()));
    co_return findings;
  }
  auto asking = find_name_servers(*tools.scheduler, *tools.lookup, zone->name, route_of(wanted));
  const auto servers = co_await std::move(asking);
  if (!servers) {
    findings.push_back(not_looked_up(wanted, type, servers.error()));
  } else if (provider != nullptr) {
    findings.push_back(dns_finding(wanted, type, Severity::ok,
                                   cat(by, " sets its record in the zone ", cleaned(zone->name, 260), ", which has ",
                                       servers->size(), " name server addresses")));
  }
  co_return findings;
}

Task<std::vector<Finding>> check_persist(const OperationTools& tools, const NameToCheck& wanted) {
  const std::string type{kDnsPersist01};
  std::vector<Finding> findings;
  if (wanted.issuer == nullptr) co_return findings;
  OrderContext context;
  context.session = &wanted.issuer->session();
  context.lookup = tools.lookup;
  context.scheduler = tools.scheduler;
  context.log = tools.log;
  OrderRequest request;
  request.names = {wanted.name};
  request.resolvers = resolvers_of(wanted);
  auto looking = find_persist_records(context, request, request.names, wanted.ca_names, account_of(wanted));
  const auto found = co_await std::move(looking);
  if (found.empty() || !found.front().asked) {
    findings.push_back(
        dns_finding(wanted, type, Severity::note, "its TXT record for dns-persist-01 cannot be looked up"));
  } else if (found.front().found) {
    const auto& until = found.front().until;
    findings.push_back(dns_finding(
        wanted, type, Severity::ok,
        cat("its TXT record for dns-persist-01 is there", until ? cat(", until ", format_for_people(*until)) : "")));
  } else {
    const std::string& flaw = found.front().flaw;
    findings.push_back(
        dns_finding(wanted, type, Severity::failure, "no TXT record lets this account prove it by dns-persist-01")
            .because(flaw.empty() ? "it is missing" : cat("the one that is there ", cleaned(flaw)))
            .mended_by(cat("set ", found.front().record)));
  }
  co_return findings;
}

Task<std::vector<Finding>> not_seen(const NameToCheck& wanted, std::string type) {
  co_return std::vector<Finding>{
      dns_finding(wanted, type, Severity::note, "whether tls-alpn-01 reaches this server is not looked at")};
}

Task<std::vector<Finding>> check_type(const OperationTools& tools, LookedFrom from, const NameToCheck& wanted,
                                      std::string type) {
  if (sets_dns_record(type)) return check_dns01(tools, wanted, std::move(type));
  if (type == kDnsPersist01) return check_persist(tools, wanted);
  if (type == kTlsAlpn01 && tools.tls == nullptr) return not_seen(wanted, std::move(type));
  NameLook look{wanted.name.value};
  look.resolvers = resolvers_of(wanted);
  look.public_ca = wanted.issuer == nullptr || is_public_directory(wanted.issuer->config().uri);
  look.until = tools.scheduler->clock().steady_now() + kLookLimit;
  const ProbeTools probing{tools.scheduler, tools.http, tools.lookup};
  if (type == kTlsAlpn01) return look_by_alpn(probing, *tools.tls, *tools.board, std::move(from), std::move(look));
  return look_by_http(probing, std::move(from), std::move(look));
}

Task<std::vector<Finding>> check_caa_of(const OperationTools& tools, const NameToCheck& wanted) {
  std::vector<Finding> findings;
  if (wanted.issuer == nullptr || wanted.name.type != IdentifierType::dns) co_return findings;
  auto reading = read_caa(*tools.lookup, wanted.name.value, resolvers_of(wanted), kQuestionLimit);
  const auto found = co_await std::move(reading);
  const auto finding = [&](Severity severity, const std::string& what) {
    return Finding{"caa", wanted.name.value, severity, cat(wanted.name.value, ": ", what)};
  };
  if (!found) {
    findings.push_back(finding(Severity::warning, "its CAA records cannot be read")
                           .because(cleaned(found.error().message))
                           .mended_by("a CA that cannot read them issues nothing: mend the name servers"));
    co_return findings;
  }
  CaaRequest request;
  request.ca_names = wanted.ca_names;
  request.account_url = account_of(wanted);
  request.wildcard = wanted.name.wildcard();
  CaaVerdict verdict;
  bool any = false;
  for (const auto& type : wanted.types) {
    request.method = type;
    const CaaVerdict one = evaluate_caa(found->records, request);
    any = any || one.allowed();
    if (!one.allowed()) verdict = one;
  }
  if (any || wanted.types.empty()) {
    findings.push_back(finding(Severity::ok, found->records.empty()
                                                 ? "no CAA records, so any CA may issue"
                                                 : cat("its CAA records (at ", found->owner, ") let ",
                                                       wanted.issuer->config().name, " issue")));
    co_return findings;
  }
  const Identifier owner{IdentifierType::dns, (wanted.name.wildcard() ? "*." : "") + found->owner};
  findings.push_back(
      finding(Severity::failure, cat("its CAA records do not let ", wanted.issuer->config().name, " issue"))
          .because(cat("at ", found->owner, ": ", cleaned(join(verdict.records, ", "), 300)))
          .mended_by(wanted.ca_names.empty() ? "change the record, or the issuer"
                                             : cat("add ", recommended_caa(owner, wanted.ca_names.front(), "", {}),
                                                   ", or change the issuer")));
  co_return findings;
}

}  // namespace

Task<std::vector<Finding>> check_name(const OperationTools& tools, LookedFrom from, NameToCheck wanted) {
  std::vector<Finding> all;
  for (const auto& type : wanted.types) {
    auto checking = check_type(tools, from, wanted, type);
    auto findings = co_await std::move(checking);
    const bool failed = std::any_of(findings.begin(), findings.end(), is_failure);
    if (!failed) {
      for (auto& before : all) {
        if (before.severity == Severity::failure) before.severity = Severity::warning;
      }
    }
    all.insert(all.end(), findings.begin(), findings.end());
    if (!failed) break;
  }
  auto reading = check_caa_of(tools, wanted);
  const auto caa = co_await std::move(reading);
  all.insert(all.end(), caa.begin(), caa.end());
  co_return all;
}

}  // namespace acme
