#include "common/config/host_plan.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/certificate_rules.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/config/issuer_rules.hpp"
#include "common/config/names.hpp"

namespace acme {

namespace {

std::string joined(const std::vector<Identifier>& names) {
  std::string text;
  for (const auto& name : names) text += cat(text.empty() ? "" : ", ", name.value);
  return text;
}

class HostPlanner {
 public:
  HostPlanner(const VirtualHostDraft& host, const IssuerConfig& issuer, Remarks& remarks)
      : host_{host}, issuer_{issuer}, remarks_{remarks} {}

  Result<HostPlan> run(const ListeningPorts& ports);

 private:
  void read_own_names();
  Result<std::vector<Identifier>> names_given() const;
  Status choose_names();
  Status keep_provable();
  void notice(std::string_view text) { remarks_.notices.push_back(cat(host_.where, ": ", text)); }

  const VirtualHostDraft& host_;
  const IssuerConfig& issuer_;
  Remarks& remarks_;
  HostPlan plan_;
  HostNames own_;
};

void HostPlanner::read_own_names() {
  const auto provable = [this](const Identifier& name) { return is_provable(name, plan_.written, issuer_); };
  own_ = host_names(host_.names, is_public_directory(issuer_.uri), provable);
  plan_.own = own_.usable;
  for (const auto& name : own_.never_asked_for) {
    remarks_.warnings.push_back(cat(host_.where, ": this host is not found under ", name, ": write that form too"));
  }
}

Result<std::vector<Identifier>> HostPlanner::names_given() const {
  std::vector<Identifier> names;
  for (const auto& text : host_.directive.names) {
    auto name = parse_name(text);
    if (!name) return config_error(host_.directive.where, name.error().message, name.error().hint);
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*std::move(name));
  }
  return names;
}

Status HostPlanner::choose_names() {
  if (host_.directive.names.empty()) {
    for (const auto& name : own_.left_out) notice(cat("left out of the certificate: ", name));
    if (!own_.leading_dot.empty() && !remarks_.leading_dot_told) {
      notice(cat("a name with a leading dot stands for itself and one more: ", own_.leading_dot));
      remarks_.leading_dot_told = true;
    }
    plan_.names = own_.usable;
    return {};
  }
  auto names = names_given();
  if (!names) return std::move(names).error();
  plan_.names = *std::move(names);
  std::vector<Identifier> missing;
  for (const auto& name : own_.usable) {
    if (!is_certified(name, plan_.names)) missing.push_back(name);
  }
  if (!missing.empty()) notice(cat("served, but not in the named certificate: ", joined(missing)));
  return {};
}

Status HostPlanner::keep_provable() {
  for (const auto& name : plan_.names) {
    if (is_provable(name, plan_.written, issuer_)) continue;
    Error error = not_provable(name, plan_.written, issuer_);
    if (!host_.inherited) return config_error(host_.directive.where, error.message, error.hint);
    notice(cat("left out: ", name.value, " (", error.message, ")"));
  }
  std::erase_if(plan_.names, [this](const Identifier& name) { return !is_provable(name, plan_.written, issuer_); });
  const auto redundant = drop_redundant(plan_.names);
  if (!redundant.empty()) notice(cat("a wildcard of the same certificate stands for ", joined(redundant)));
  return {};
}

Result<HostPlan> HostPlanner::run(const ListeningPorts& ports) {
  const CertificateDirective& directive = host_.directive;
  plan_.host = &host_;
  plan_.issuer = &issuer_;
  plan_.written = written_challenges(directive, issuer_);
  if (Status checked = check_written(directive.challenges, issuer_, directive.where); !checked) {
    return std::move(checked).error();
  }
  read_own_names();
  if (Status chosen = choose_names(); !chosen) return std::move(chosen).error();
  if (plan_.names.empty() && !host_.inherited) {
    return config_error(directive.where, "no name to get a certificate for",
                        "give the virtual host a public name, or name it here: acme_certificate ISSUER example.com");
  }
  if (Status kept = keep_provable(); !kept) return std::move(kept).error();
  if (plan_.names.empty()) {
    notice("no name that a CA could certify; it serves the placeholder certificate");
    return std::move(plan_);
  }
  auto settings = certificate_settings(directive, issuer_);
  if (!settings) return std::move(settings).error();
  plan_.settings = *std::move(settings);
  plan_.settings.challenges = challenges_for(plan_.names, plan_.written, issuer_, ports);
  plan_.key_types = directive.key_types.empty() ? issuer_.key_types : directive.key_types;
  if (plan_.key_types.empty()) plan_.key_types.emplace_back();
  plan_.shares = directive.share_wildcard.value_or(issuer_.share_wildcard);
  return std::move(plan_);
}

}  // namespace

Result<HostPlan> plan_host(const VirtualHostDraft& host, const IssuerConfig& issuer, const ListeningPorts& ports,
                           Remarks& remarks) {
  return HostPlanner{host, issuer, remarks}.run(ports);
}

}  // namespace acme
