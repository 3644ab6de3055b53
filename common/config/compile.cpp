#include "common/config/compile.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/config/certificate_rules.hpp"
#include "common/config/https_names.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/config/issuer_rules.hpp"
#include "common/config/names.hpp"

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

class Compiler {
 public:
  explicit Compiler(Draft draft) : draft_{std::move(draft)} {}

  Result<Configuration> run() {
    auto issuers = check_issuers(std::move(draft_.issuers), out_.warnings);
    if (!issuers) return std::move(issuers).error();
    out_.issuers = *std::move(issuers);
    for (const auto& host : draft_.hosts) {
      auto set = add_host(host);
      if (!set) return std::move(set).error();
      out_.host_sets.push_back(*set);
    }
    sort_https_names(out_.https_names);
    tell_overlaps();
    warn_about_stapling();
    keep_used_issuers();
    if (!out_.certificates.empty() && !draft_.has_port_80) {
      out_.warnings.emplace_back(
          "no listener on port 80: a CA proves names by http-01 there; add one, or forward port 80 to this server");
    }
    out_.reload = std::move(draft_.reload);
    out_.hooks = std::move(draft_.hooks);
    return std::move(out_);
  }

 private:
  Result<std::optional<std::size_t>> add_host(const VirtualHostDraft& host);
  Result<std::vector<Identifier>> names_of(const VirtualHostDraft& host, const HostNames& own);
  Result<std::vector<Identifier>> names_given(const VirtualHostDraft& host) const;
  Result<std::size_t> add_set(const CertificateDirective& directive, const IssuerConfig& issuer,
                              const std::vector<Identifier>& names);
  Result<std::size_t> add_certificate(const CertificateDirective& directive, const IssuerConfig& issuer,
                                      const std::vector<Identifier>& names, KeyType key_type);
  void add_https_names(const VirtualHostDraft& host, const std::vector<Identifier>& own, std::size_t set);
  void tell_overlaps();
  void warn_about_stapling();
  void keep_used_issuers();

  Draft draft_;
  Configuration out_;
  std::vector<std::string> wheres_;  // of the directives of out_.certificates
};

Result<std::vector<Identifier>> Compiler::names_given(const VirtualHostDraft& host) const {
  std::vector<Identifier> names;
  for (const auto& text : host.directive.names) {
    auto name = parse_name(text);
    if (!name) return config_error(host.directive.where, name.error().message, name.error().hint);
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*std::move(name));
  }
  return names;
}

Result<std::vector<Identifier>> Compiler::names_of(const VirtualHostDraft& host, const HostNames& own) {
  for (const auto& name : own.never_asked_for) {
    out_.warnings.push_back(cat(host.where, ": this host is not found under ", name, ": write that form too"));
  }
  if (host.directive.names.empty()) {
    for (const auto& name : own.left_out)
      out_.notices.push_back(cat(host.where, ": left out of the certificate: ", name));
    if (own.leading_dot)
      out_.notices.push_back(cat(host.where, ": a name with a leading dot stands for itself and www."));
    return own.usable;
  }
  auto names = names_given(host);
  if (!names) return names;
  std::string missing;
  for (const auto& name : own.usable) {
    const auto dot = name.value.find('.');
    const Identifier wildcard{IdentifierType::dns, "*" + name.value.substr(std::min(dot, name.value.size()))};
    const bool covered = std::find(names->begin(), names->end(), name) != names->end() ||
                         std::find(names->begin(), names->end(), wildcard) != names->end();
    if (!covered) missing += cat(missing.empty() ? "" : ", ", name.value);
  }
  if (!missing.empty())
    out_.notices.push_back(cat(host.where, ": served, but not in the named certificate: ", missing));
  return names;
}

Result<std::size_t> Compiler::add_certificate(const CertificateDirective& directive, const IssuerConfig& issuer,
                                              const std::vector<Identifier>& names, KeyType key_type) {
  auto certificate = certificate_settings(directive, issuer);
  if (!certificate) return std::move(certificate).error();
  certificate->first_name = names.front().value;
  certificate->key_type = key_type;
  certificate->names = names;
  std::sort(certificate->names.begin(), certificate->names.end());
  auto id = certificate_id(issuer, certificate->names, key_type);
  if (!id) return std::move(id).error();
  certificate->id = *std::move(id);
  for (std::size_t i = 0; i < out_.certificates.size(); ++i) {
    if (out_.certificates[i].id != certificate->id) continue;
    const std::string differs = differing_setting(out_.certificates[i], *certificate);
    if (differs.empty()) return i;
    return config_error(directive.where,
                        cat("the certificate for ", shown(names), " has another ", differs, " at ", wheres_[i]),
                        "virtual hosts with the same names share one certificate: say the same in both");
  }
  out_.certificates.push_back(*std::move(certificate));
  wheres_.push_back(directive.where);
  return out_.certificates.size() - 1;
}

void Compiler::add_https_names(const VirtualHostDraft& host, const std::vector<Identifier>& own, std::size_t set) {
  const std::uint16_t port = port_for_clients(host.tls_ports);
  if (port == 0) return;
  const auto& certified = out_.sets[set].names;
  for (auto& name : names_with_tls(own, certified)) out_.https_names.push_back({std::move(name), set, port});
  // What a pattern of the server's own kind matches is not known here: names were given for it by hand.
  const bool pattern = std::any_of(host.names.begin(), host.names.end(),
                                   [](const auto& text) { return text.find_first_of("~*?") != std::string::npos; });
  if (!pattern) return;
  for (auto& name : names_with_tls({}, certified)) out_.https_names.push_back({std::move(name), set, port});
}

void Compiler::warn_about_stapling() {
  std::set<std::string> told;
  for (const auto& certificate : out_.certificates) {
    if (!certificate.must_staple || !told.insert(certificate.issuer).second) continue;
    if (refuses_must_staple(out_.issuers.at(certificate.issuer).uri)) {
      out_.warnings.push_back(cat("must_staple: issuer ", certificate.issuer,
                                  " has no OCSP service and refuses such requests; leave it out"));
    } else if (!draft_.reload.enabled) {
      out_.warnings.emplace_back(
          "must_staple with acme_reload off: a new certificate is stapled only after your reload");
    }
  }
}

Result<std::optional<std::size_t>> Compiler::add_host(const VirtualHostDraft& host) {
  using Set = std::optional<std::size_t>;
  const CertificateDirective& directive = host.directive;
  const auto issuer = out_.issuers.find(directive.issuer);
  if (issuer == out_.issuers.end()) {
    return config_error(directive.where, cat("unknown issuer \"", directive.issuer, "\""), "acme_issuer defines one");
  }
  const HostNames own = host_names(host.names, is_public_directory(issuer->second.uri));
  auto names = names_of(host, own);
  if (!names) return std::move(names).error();
  if (names->empty() && !host.inherited) {
    return config_error(directive.where, "no name to get a certificate for",
                        "give the virtual host a public name, or name it here: acme_certificate ISSUER example.com");
  }
  const auto wildcard = std::find_if(names->begin(), names->end(), [](const Identifier& n) { return n.wildcard(); });
  if (wildcard != names->end() && !host.inherited) {
    return config_error(
        directive.where, cat("http-01 cannot prove the wildcard ", wildcard->value),
        "a wildcard needs a DNS challenge, which this version does not have: list the names one by one");
  }
  if (wildcard != names->end()) {
    out_.notices.push_back(cat(host.where, ": left out: ", wildcard->value, " (http-01 cannot prove a wildcard)"));
    std::erase_if(*names, [](const Identifier& name) { return name.wildcard(); });
  }
  if (names->empty()) {
    out_.notices.push_back(cat(host.where, ": no name that a CA could certify; it serves the placeholder certificate"));
    return Set{};
  }
  auto set = add_set(directive, issuer->second, *names);
  if (!set) return std::move(set).error();
  add_https_names(host, own.usable, *set);
  return Set{*set};
}

Result<std::size_t> Compiler::add_set(const CertificateDirective& directive, const IssuerConfig& issuer,
                                      const std::vector<Identifier>& names) {
  std::vector<KeyType> types = directive.key_types.empty() ? issuer.key_types : directive.key_types;
  if (types.empty()) types.emplace_back();
  ManagedSet set;
  for (const KeyType type : types) {
    auto index = add_certificate(directive, issuer, names, type);
    if (!index) return std::move(index).error();
    set.certificates.push_back(*index);
  }
  set.names = out_.certificates[set.certificates.front()].names;
  for (std::size_t i = 0; i < out_.sets.size(); ++i) {
    if (out_.sets[i].certificates == set.certificates) return i;
  }
  out_.sets.push_back(std::move(set));
  return out_.sets.size() - 1;
}

void Compiler::tell_overlaps() {
  std::map<std::string, std::size_t> owner;
  std::set<std::pair<std::size_t, std::size_t>> told;
  for (std::size_t i = 0; i < out_.sets.size(); ++i) {
    for (const auto& name : out_.sets[i].names) {
      const auto [first, is_new] = owner.emplace(name.value, i);
      if (is_new || !told.insert({first->second, i}).second) continue;
      out_.notices.push_back(cat(name.value, " is in two certificates: (", shown(out_.sets[first->second].names),
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
