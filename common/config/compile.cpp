#include "common/config/compile.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/config/names.hpp"

namespace acme {

namespace {

Error at(const std::string& where, std::string message, std::string hint = {}) {
  return {ErrorKind::configuration, where.empty() ? std::move(message) : cat(where, ": ", message), std::move(hint)};
}

std::string shown(const std::vector<Identifier>& names) {
  std::string text;
  for (const auto& name : names) text += cat(text.empty() ? "" : ", ", name.value);
  return text;
}

/// Settings of a directive over those of its issuer over the defaults.
template <class T>
std::vector<T> first_given(const std::vector<T>& directive, const std::vector<T>& issuer, T fallback) {
  if (!directive.empty()) return directive;
  if (!issuer.empty()) return issuer;
  return {std::move(fallback)};
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
    auto issuers = read_issuers();
    if (!issuers) return std::move(issuers).error();
    for (const auto& host : draft_.hosts) {
      auto set = add_host(host);
      if (!set) return std::move(set).error();
      out_.host_sets.push_back(*set);
    }
    tell_overlaps();
    keep_used_issuers();
    if (!out_.certificates.empty() && !draft_.has_port_80) {
      out_.warnings.emplace_back(
          "no listener on port 80: a CA proves names by http-01 there; add one, or forward port 80 to this server");
    }
    out_.reload = draft_.reload;
    return std::move(out_);
  }

 private:
  Status read_issuers();
  Result<std::optional<std::size_t>> add_host(const VirtualHostDraft& host);
  Result<std::vector<Identifier>> names_of(const VirtualHostDraft& host, const IssuerConfig& issuer);
  Result<std::vector<Identifier>> names_given(const VirtualHostDraft& host) const;
  Result<std::size_t> add_certificate(const CertificateDirective& directive, const IssuerConfig& issuer,
                                      const std::vector<Identifier>& names, KeyType key_type);
  void tell_overlaps();
  void keep_used_issuers();

  Draft draft_;
  Configuration out_;
};

Status Compiler::read_issuers() {
  for (auto& issuer : draft_.issuers) {
    if (issuer.uri.empty()) issuer.uri = well_known_directory(issuer.name);
    if (issuer.uri.empty()) {
      return at(issuer.where, cat("issuer \"", issuer.name, "\" has no uri"),
                cat("name its directory URL; known without one: ", well_known_issuer_names()));
    }
    if (!issuer.ssl_verify) {
      out_.warnings.push_back(
          cat("issuer ", issuer.name, ": ssl_verify is off, anybody on the way can pose as the CA"));
    }
    const std::string name = issuer.name;
    const std::string where = issuer.where;
    const auto [position, is_new] = out_.issuers.emplace(name, std::move(issuer));
    if (!is_new) {
      return at(where, cat("issuer \"", name, "\" is defined twice"), cat("first at ", position->second.where));
    }
  }
  return {};
}

Result<std::vector<Identifier>> Compiler::names_given(const VirtualHostDraft& host) const {
  std::vector<Identifier> names;
  for (const auto& text : host.directive.names) {
    auto name = parse_name(text);
    if (!name) return at(host.directive.where, name.error().message, name.error().hint);
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*std::move(name));
  }
  return names;
}

Result<std::vector<Identifier>> Compiler::names_of(const VirtualHostDraft& host, const IssuerConfig& issuer) {
  const bool public_ca = is_public_directory(issuer.uri);
  const HostNames own = host_names(host.names, public_ca);
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
  CertificateConfig certificate;
  certificate.first_name = names.front().value;
  certificate.names = names;
  std::sort(certificate.names.begin(), certificate.names.end());
  auto id = certificate_id(issuer, certificate.names, key_type);
  if (!id) return std::move(id).error();
  for (std::size_t i = 0; i < out_.certificates.size(); ++i) {
    if (out_.certificates[i].id == *id) return i;
  }
  certificate.id = *std::move(id);
  certificate.issuer = issuer.name;
  certificate.key_type = key_type;
  certificate.challenges = first_given(directive.challenges, issuer.challenges, std::string{"http-01"});
  certificate.renew_before = directive.renew_before ? directive.renew_before : issuer.renew_before;
  out_.certificates.push_back(std::move(certificate));
  return out_.certificates.size() - 1;
}

Result<std::optional<std::size_t>> Compiler::add_host(const VirtualHostDraft& host) {
  using Set = std::optional<std::size_t>;
  const CertificateDirective& directive = host.directive;
  const auto issuer = out_.issuers.find(directive.issuer);
  if (issuer == out_.issuers.end()) {
    return at(directive.where, cat("unknown issuer \"", directive.issuer, "\""), "acme_issuer defines one");
  }
  auto names = names_of(host, issuer->second);
  if (!names) return std::move(names).error();
  if (names->empty() && !host.inherited) {
    return at(directive.where, "no name to get a certificate for",
              "give the virtual host a public name, or name it here: acme_certificate ISSUER example.com");
  }
  const auto wildcard = std::find_if(names->begin(), names->end(), [](const Identifier& n) { return n.wildcard(); });
  if (wildcard != names->end() && !host.inherited) {
    return at(directive.where, cat("http-01 cannot prove the wildcard ", wildcard->value),
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
  ManagedSet set;
  for (const KeyType type : first_given(directive.key_types, issuer->second.key_types, KeyType{})) {
    auto index = add_certificate(directive, issuer->second, *names, type);
    if (!index) return std::move(index).error();
    set.certificates.push_back(*index);
  }
  set.names = out_.certificates[set.certificates.front()].names;
  for (std::size_t i = 0; i < out_.sets.size(); ++i) {
    if (out_.sets[i].certificates == set.certificates) return Set{i};
  }
  out_.sets.push_back(std::move(set));
  return Set{out_.sets.size() - 1};
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
  for (const auto& certificate : out_.certificates) used.insert(certificate.issuer);
  std::erase_if(out_.issuers, [&](const auto& entry) { return !used.contains(entry.first); });
}

}  // namespace

Result<Configuration> compile(Draft draft) { return Compiler{std::move(draft)}.run(); }

}  // namespace acme
