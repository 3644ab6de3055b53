#include "common/config/compile.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/config/certificate_rules.hpp"
#include "common/config/challenge_rules.hpp"
#include "common/config/host_plan.hpp"
#include "common/config/https_names.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/config/issuer_rules.hpp"
#include "common/config/wildcard_sharing.hpp"

namespace acme {

namespace {

std::string shown(const std::vector<Identifier>& names) {
  std::string text;
  for (const auto& name : names) text += cat(text.empty() ? "" : ", ", name.value);
  return text;
}

/// A directory name: readable in front, unique behind.
Result<std::string> certificate_id(const IssuerConfig& issuer, const std::vector<Identifier>& sorted,
                                   KeyType key_type) {
  std::string text = cat(issuer.name, "\n", issuer.uri, "\n", to_string(key_type), "\n", issuer.profile, "\n");
  for (const auto& name : sorted) text += name.value + "\n";
  auto hash = sha256(text);
  if (!hash) return std::move(hash).error();
  std::string prefix;
  for (const char c : sorted.front().value.substr(0, 40)) prefix += c == '*' ? '_' : c == ':' ? '-' : c;
  return cat(prefix, "-", to_hex(*hash).substr(0, 16));
}

void add_listeners(const std::vector<TlsListener>& more, std::vector<TlsListener>& listeners) {
  listeners.insert(listeners.end(), more.begin(), more.end());
  std::sort(listeners.begin(), listeners.end());
  listeners.erase(std::unique(listeners.begin(), listeners.end()), listeners.end());
}

class Compiler {
 public:
  explicit Compiler(Draft draft) : draft_{std::move(draft)}, ports_{draft_.has_port_80, draft_.has_port_443} {}

  Result<Configuration> run() {
    auto issuers = check_issuers(std::move(draft_.issuers), remarks_.warnings);
    if (!issuers) return std::move(issuers).error();
    out_.issuers = *std::move(issuers);
    if (Status planned = plan_hosts(); !planned) return std::move(planned).error();
    if (Status added = add_hosts(); !added) return std::move(added).error();
    sort_https_names(out_.https_names);
    tell_overlaps();
    warn_about_stapling();
    warn_about_challenges();
    keep_used_issuers();
    out_.reload = std::move(draft_.reload);
    out_.hooks = std::move(draft_.hooks);
    out_.notify = std::move(draft_.notify);
    out_.has_port_80 = draft_.has_port_80;
    out_.has_port_443 = draft_.has_port_443;
    out_.notices = std::move(remarks_.notices);
    out_.warnings = std::move(remarks_.warnings);
    return std::move(out_);
  }

 private:
  Status plan_hosts();
  Status add_hosts();
  Result<std::vector<std::size_t>> add_certificates(const HostPlan& plan);
  Result<std::size_t> add_certificate(const HostPlan& plan, KeyType key_type);
  std::size_t set_of(std::vector<std::size_t> certificates, std::vector<Identifier> names);
  void add_https_names(const HostPlan& plan, std::size_t set);
  void tell_overlaps();
  void warn(std::string text);
  void warn_about_challenges();
  void warn_about_stapling();
  void keep_used_issuers();

  Draft draft_;
  const ListeningPorts ports_;
  Configuration out_;
  Remarks remarks_;
  std::vector<HostPlan> plans_;      // for each host
  std::vector<std::string> wheres_;  // of the directives of out_.certificates
  std::map<std::string, std::size_t> by_id_;
  std::set<std::string> warned_;  // of challenges: each once, not for each certificate
  std::map<std::pair<std::vector<std::size_t>, std::vector<Identifier>>, std::size_t> set_by_content_;
};

Status Compiler::plan_hosts() {
  for (const auto& host : draft_.hosts) {
    const auto issuer = out_.issuers.find(host.directive.issuer);
    if (issuer == out_.issuers.end()) {
      return config_error(host.directive.where, cat("unknown issuer \"", cleaned(host.directive.issuer, 80), "\""),
                          "acme_issuer defines one");
    }
    auto plan = plan_host(host, issuer->second, ports_, remarks_);
    if (!plan) return std::move(plan).error();
    plans_.push_back(*std::move(plan));
  }
  return {};
}

Status Compiler::add_hosts() {
  const auto lenders = share_wildcards(plans_, remarks_.notices);
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const HostPlan& plan = plans_[i];
    auto& set = out_.host_sets.emplace_back();
    if (plan.names.empty()) continue;
    auto certificates = add_certificates(lenders[i] ? plans_[*lenders[i]] : plan);
    if (!certificates) return std::move(certificates).error();
    set = set_of(*std::move(certificates), plan.names);
    add_listeners(plan.host->tls_listeners, out_.sets[*set].listeners);
    add_https_names(plan, *set);
  }
  return {};
}

Result<std::vector<std::size_t>> Compiler::add_certificates(const HostPlan& plan) {
  std::vector<std::size_t> certificates;
  for (const KeyType type : plan.key_types) {
    auto index = add_certificate(plan, type);
    if (!index) return std::move(index).error();
    certificates.push_back(*index);
  }
  return certificates;
}

Result<std::size_t> Compiler::add_certificate(const HostPlan& plan, KeyType key_type) {
  CertificateConfig certificate = plan.settings;
  certificate.first_name = plan.names.front().value;
  certificate.key_type = key_type;
  certificate.names = plan.names;
  std::sort(certificate.names.begin(), certificate.names.end());
  auto id = certificate_id(*plan.issuer, certificate.names, key_type);
  if (!id) return std::move(id).error();
  certificate.id = *std::move(id);
  const auto known = by_id_.find(certificate.id);
  if (known == by_id_.end()) {
    by_id_.emplace(certificate.id, out_.certificates.size());
    out_.certificates.push_back(std::move(certificate));
    wheres_.push_back(plan.host->directive.where);
    return out_.certificates.size() - 1;
  }
  const std::string differs = differing_setting(out_.certificates[known->second], certificate);
  if (differs.empty()) return known->second;
  return config_error(
      plan.host->directive.where,
      cat("the certificate for ", shown(plan.names), " has another ", differs, " at ", wheres_[known->second]),
      "virtual hosts with the same names share one certificate: say the same in both");
}

std::size_t Compiler::set_of(std::vector<std::size_t> certificates, std::vector<Identifier> names) {
  std::sort(names.begin(), names.end());
  const auto [known, is_new] = set_by_content_.try_emplace({certificates, names}, out_.sets.size());
  if (is_new) out_.sets.push_back({std::move(certificates), std::move(names), {}});
  return known->second;
}

void Compiler::add_https_names(const HostPlan& plan, std::size_t set) {
  const std::uint16_t port = port_for_clients(plan.host->tls_ports);
  if (port == 0) return;
  // Of a certificate that is another host's only what this one asked for is its own.
  const auto& certified = out_.sets[set].names;
  for (auto& name : names_with_tls(plan.own, certified)) out_.https_names.push_back({std::move(name), set, port});
  // What a pattern of the server's own kind matches is not known here: names were given for it by hand.
  const bool pattern = std::any_of(plan.host->names.begin(), plan.host->names.end(),
                                   [](const auto& text) { return text.find_first_of("~*?") != std::string::npos; });
  if (!pattern) return;
  for (auto& name : names_with_tls({}, certified)) out_.https_names.push_back({std::move(name), set, port});
}

void Compiler::warn(std::string text) {
  if (warned_.insert(text).second) remarks_.warnings.push_back(std::move(text));
}

void Compiler::warn_about_challenges() {
  for (const auto& certificate : out_.certificates) {
    const IssuerConfig& issuer = out_.issuers.at(certificate.issuer);
    for (auto& doubt : doubts_about_challenges(certificate, issuer, ports_)) warn(std::move(doubt));
    for (const auto& fallback : certificate.fallback) {
      for (const auto& name : certificate.names) {
        if (is_provable(name, certificate.challenges, out_.issuers.at(fallback))) continue;
        warn(cat("fallback ", fallback, " has no dns_provider for ", name.value, ": it cannot stand in for issuer ",
                 certificate.issuer));
        break;
      }
    }
  }
}

void Compiler::warn_about_stapling() {
  std::set<std::string> told;
  for (const auto& certificate : out_.certificates) {
    if (!certificate.must_staple || !told.insert(certificate.issuer).second) continue;
    if (refuses_must_staple(out_.issuers.at(certificate.issuer).uri)) {
      remarks_.warnings.push_back(cat("must_staple: issuer ", certificate.issuer,
                                      " has no OCSP service and refuses such requests; leave it out"));
    } else if (!draft_.reload.enabled) {
      remarks_.warnings.emplace_back(
          "must_staple with acme_reload off: a new certificate is stapled only after your reload");
    }
  }
}

void Compiler::tell_overlaps() {
  std::map<std::string, std::size_t> owner;
  std::set<std::pair<std::size_t, std::size_t>> told;
  for (std::size_t i = 0; i < out_.sets.size(); ++i) {
    const ManagedSet& set = out_.sets[i];
    if (set.names != out_.certificates[set.certificates.front()].names) continue;  // it serves another host's
    for (const auto& name : set.names) {
      const auto [first, is_new] = owner.emplace(name.value, i);
      if (is_new || !told.insert({first->second, i}).second) continue;
      remarks_.notices.push_back(cat(name.value, " is in two certificates: (", shown(out_.sets[first->second].names),
                                     ") and (", shown(out_.sets[i].names), "); each is kept"));
    }
  }
}

void Compiler::keep_used_issuers() {
  std::set<std::string> used;
  for (const auto& certificate : out_.certificates) {
    used.insert(certificate.issuer);
    used.insert(certificate.fallback.begin(), certificate.fallback.end());
  }
  std::erase_if(out_.issuers, [&](const auto& entry) { return !used.contains(entry.first); });
}

}  // namespace

Result<Configuration> compile(Draft draft) { return Compiler{std::move(draft)}.run(); }

}  // namespace acme
